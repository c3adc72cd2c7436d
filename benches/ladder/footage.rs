//! Footage that is not ours to keep: what a camera sees, made by ffmpeg from fractals, which have detail at every size
//! as the world has, with a sensor's noise on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A clip, and what a table calls it.
pub struct Clip {
    pub name: &'static str,
    pub path: PathBuf,
}

/// A head before a still room, held by a hand that is not quite steady.
const HEAD: &str = "[0]trim=end_frame=1,loop=-1:1:0,setpts=N/25/TB,gblur=2[room];\
    [2]format=gray,geq=lum='255*lt(hypot((X-210)/200,(Y-260)/250),1)',trim=end_frame=1,loop=-1:1:0,setpts=N/25/TB[shape];\
    [1]hue=s=0.6,gblur=1.5[face];[face][shape]alphamerge[head];\
    [room][head]overlay=x='500+40*sin(t*1.3)+12*sin(t*7)':y='200+15*sin(t*2.1)',\
    crop=1280:720:'60+6*sin(t*3)':'40+5*sin(t*2.3)',noise=alls=5:allf=t,format=yuv420p";

/// Makes the clips in `folder` unless they are there.
pub fn made(folder: &Path, seconds: u32, drawn: &Path) -> Vec<Clip> {
    let clip = |name, line: &str| {
        let path = folder.join(format!("{}-{seconds}.mkv", str::replace(name, " ", "-")));
        if !path.exists() {
            eprintln!("making {}", path.display());
            ffmpeg(line, &path, seconds);
        }
        Clip { name, path }
    };
    let coded = "-c:v libx264 -preset veryfast -crf 18 -c:a flac";
    let noise = "-f lavfi -i anoisesrc=c=pink:r=48000:a=0.1";
    let head = clip(
        "head before a room",
        &format!(
            "-f lavfi -i mandelbrot=size=1400x800:rate=25:start_scale=0.6:end_scale=0.3:end_pts=1500 \
             -f lavfi -i mandelbrot=size=420x520:rate=25:start_x=-0.7436:start_y=0.1318:start_scale=0.05:end_scale=0.045:end_pts=800 \
             -f lavfi -i color=size=420x520:rate=25 {noise} -filter_complex|{HEAD}|-map 3:a {coded}"
        ),
    );
    let board = clip(
        "board and a head",
        &format!(
            "-i|{}|-i|{}|-filter_complex|[0:v]scale=1280:720:flags=lanczos,fps=25[board];[1:v]scale=320:180[head];\
             [board][head]overlay=950:530,format=yuv420p|-map 0:a {coded}",
            drawn.display(),
            head.path.display()
        ),
    );
    let moving = clip(
        "moving camera",
        &format!(
            "-f lavfi -i mandelbrot=size=1280x720:rate=25:start_scale=1.5:end_scale=0.02:end_pts=600 {noise} \
             -vf noise=alls=5:allf=t,format=yuv420p {coded}"
        ),
    );
    let off_air = clip(
        "1080i off air",
        &format!(
            "-i|{}|-vf scale=1920:1080,fps=50,tinterlace=interleave_top -c:v libx264 -preset veryfast -flags +ildct+ilme \
             -x264opts tff=1 -b:v 8M -c:a mp2",
            head.path.display()
        ),
    );
    vec![board, head, moving, off_air]
}

/// The first seconds of a clip.
pub fn beginning(clip: &Clip, seconds: u32, folder: &Path) -> PathBuf {
    let path = folder.join("beginning.mkv");
    ffmpeg(
        &format!("-i|{}|-c copy", clip.path.display()),
        &path,
        seconds,
    );
    path
}

/// Words between bars are one, whatever is in them.
fn ffmpeg(line: &str, path: &Path, seconds: u32) {
    let mut arguments: Vec<&str> = Vec::new();
    for (n, part) in line.split('|').enumerate() {
        match n % 2 {
            0 => arguments.extend(part.split_whitespace()),
            _ => arguments.push(part),
        }
    }
    // Under another name until it is whole.
    let half = path.with_extension("half.mkv");
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y"])
        .args(&arguments)
        .args(["-t", &seconds.to_string()])
        .arg(&half)
        .status();
    assert!(made.unwrap().success(), "{arguments:?}");
    fs::rename(half, path).unwrap();
}
