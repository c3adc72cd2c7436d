//! The job "pictures": the poster, and the storyboard for the seek bar.

mod poster;
mod storyboard;
#[cfg(test)]
mod tests;

use super::frames::{self, Footage};
use super::nothing::Nothing;
use super::task::{Outcome, Task, TaskError, Watch};

/// Makes both; nothing of a recording without a picture.
pub(super) fn run(task: &Task, watch: &dyn Watch) -> Result<Outcome, TaskError> {
    let (Some(known), Some(source)) = (frames::picture(task)?, Footage::source(task)?) else {
        return Ok(Outcome::nothing(Nothing::NoPicture, watch));
    };
    let small = Footage::narrow(task).unwrap_or_else(|| source.clone());
    let poster = poster::make(task, known, (&source, &small), watch)?;
    let mut products: Vec<_> = poster.into_iter().collect();
    products.extend(storyboard::make(task, known, &small, watch)?);
    if products.is_empty() {
        return Ok(Outcome::nothing(Nothing::NoFrame, watch));
    }
    Ok(Outcome {
        products,
        ..Outcome::default()
    })
}
