"""Common Cartridges, as learning platforms import them."""

import io
import unittest
import zipfile

from school import DRAFT, FULL, MANY, UNLISTED, WITHDRAWN, checked, school

SHELF = "/az/grades/7/mathematics/cartridge.imscc"
NAMES = {
    "c": "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1",
    "lom": "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest",
    "wl": "http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1",
}


def cartridge(path):
    """The archive, by Python's own reader, which compares every checksum."""
    found = zipfile.ZipFile(io.BytesIO(school().get(path).content))
    if broken := found.testzip():
        raise AssertionError(f"{path}: {broken} is broken")
    return found


def course(path):
    """Title of the course; its sections with the titles and addresses in them, by the way that platforms go: the items
    below the root, their resource, its first file, what that leads to."""
    found = cartridge(path)
    manifest = checked(found.read("imsmanifest.xml"), "cartridge.rnc")

    def one(root, way):
        [value] = root.xpath(way, namespaces=NAMES)
        return value

    def leads(item):
        resource = one(manifest, f"c:resources/c:resource[@identifier='{item.get('identifierref')}']")
        link = checked(found.read(one(resource, "c:file/@href")), "cartridge.rnc")
        return one(item, "c:title/text()"), one(link, "wl:title/text()"), one(link, "wl:url/@href")

    sections = [
        (one(section, "c:title/text()"), [leads(item) for item in section.xpath("c:item", namespaces=NAMES)])
        for section in manifest.xpath("c:organizations/c:organization/c:item/c:item", namespaces=NAMES)
    ]
    return one(manifest, "c:metadata/lom:lom/lom:general/lom:title/lom:string/text()"), sections


class Cartridges(unittest.TestCase):
    def test_a_course_has_a_link_to_every_listed_lesson_and_to_no_other(self):
        title, sections = course(SHELF)
        self.assertEqual(title, "Riyaziyyat, 7-ci sinif")
        links = [link for _, links in sections for link in links]
        addresses = [address for _, _, address in links]
        self.assertIn(school().lesson(FULL), addresses)
        for hidden in (DRAFT, UNLISTED, WITHDRAWN):
            self.assertNotIn(school().lesson(hidden), addresses)
        self.assertEqual(len(addresses), len(set(addresses)))
        for own, linked, address in links:
            self.assertEqual(own, linked)
            self.assertEqual(school().get(address).status_code, 200)

    def test_the_order_is_the_pages(self):
        page = school().get("/az/grades/7/mathematics").text
        _, sections = course(SHELF)
        places = [page.index(f"/l/{address[-6:]}") for _, links in sections for _, _, address in links]
        self.assertEqual(places, sorted(places))

    def test_a_long_shelf_is_whole_and_the_manifest_comes_first(self):
        _, [(_, links)] = course("/az/grades/9/physics/cartridge.imscc")
        self.assertEqual(len(links), MANY)
        found = cartridge("/az/grades/9/physics/cartridge.imscc")
        self.assertEqual(found.namelist()[0], "imsmanifest.xml")
        self.assertEqual(len(found.namelist()), MANY + 1)
        # No name leads out of the folder in which it is unpacked, and none differs by case alone.
        self.assertTrue(all(".." not in name and not name.startswith("/") for name in found.namelist()))
        self.assertEqual(len({name.lower() for name in found.namelist()}), MANY + 1)

    def test_it_is_what_moodle_looks_for(self):
        beginning = cartridge(SHELF).read("imsmanifest.xml")[:500].decode()
        self.assertIn(f'xmlns="{NAMES["c"]}"', beginning)

    def test_the_same_course_is_the_same_file(self):
        first, again = school().get(SHELF), school().get(SHELF)
        self.assertEqual(first.content, again.content)
        self.assertEqual(first.headers["content-type"], "application/vnd.ims.imsccv1p1")
        school().get(SHELF, status=304, headers={"if-none-match": first.headers["etag"]})
        school().get("/az/grades/7/mathematics/cartridge.imscc?unit=Yoxdur", status=404)
