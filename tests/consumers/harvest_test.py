"""OAI-PMH, as libraries harvest: by Sickle, and by the protocol's own rules."""

import unittest

import requests
from sickle import Sickle
from sickle.oaiexceptions import BadArgument, CannotDisseminateFormat, IdDoesNotExist, NoRecordsMatch

from school import DRAFT, FULL, MANY, UNLISTED, WITHDRAWN, checked, school

# Sample lessons, the full one, the announced ones, the withdrawn one.
PUBLIC = ("Koordinat müstəvisi", FULL, "Elan 0", WITHDRAWN)


def harvester(**options):
    return Sickle(f"{school().url}/oai", **options)


class Harvest(unittest.TestCase):
    def test_everything_that_is_listed_is_harvested_once_and_what_was_is_deleted(self):
        for method in ("GET", "POST"):
            for prefix in ("oai_dc", "oai_lom"):
                records = list(harvester(http_method=method).ListRecords(metadataPrefix=prefix))
                by_id = {record.header.identifier: record for record in records}
                self.assertEqual(len(by_id), len(records))
                self.assertGreater(len(records), MANY)
                for title in PUBLIC:
                    record = by_id[school().lesson(title)]
                    self.assertEqual(record.header.deleted, title == WITHDRAWN)
                for title in (DRAFT, UNLISTED):
                    self.assertNotIn(school().lesson(title), by_id)
                stamps = [record.header.datestamp for record in records]
                self.assertEqual(stamps, sorted(stamps))

    def test_a_record_says_what_the_lesson_is(self):
        record = harvester().GetRecord(identifier=school().lesson(FULL), metadataPrefix="oai_dc")
        self.assertEqual(record.metadata["title"], [FULL])
        self.assertEqual(record.metadata["creator"], ["Aygün Əliyeva", "Rəşad Quliyev"])
        self.assertEqual(record.metadata["identifier"], [school().lesson(FULL)])
        self.assertEqual(record.metadata["format"], ["video/mp4", "PT6S"])
        self.assertEqual(record.metadata["language"], ["az"])

    def test_a_set_is_a_grade_its_subject_and_that_in_a_section(self):
        sets = {found.setSpec: found.setName for found in harvester().ListSets()}
        self.assertIn("7:mathematics:ru", sets)
        in_sets = {spec: {h.identifier for h in harvester().ListIdentifiers(metadataPrefix="oai_dc", set=spec)} for spec in sets}
        for spec, ids in in_sets.items():
            parent = spec.rpartition(":")[0]
            self.assertTrue(ids)
            self.assertLessEqual(ids, in_sets.get(parent, ids))
        self.assertEqual(len(in_sets["9:physics"]), MANY)
        # What is deleted is told to those who harvest its set.
        self.assertIn(school().lesson(WITHDRAWN), in_sets["7:mathematics"])

    def test_a_harvester_that_comes_again_gets_what_has_changed(self):
        harvest = harvester()
        first = harvest.Identify().earliestDatestamp
        all_ids = [h.identifier for h in harvest.ListIdentifiers(metadataPrefix="oai_dc")]
        since = [h.identifier for h in harvest.ListIdentifiers(**{"metadataPrefix": "oai_dc", "from": first})]
        self.assertEqual(since, all_ids)
        last = harvest.GetRecord(identifier=all_ids[-1], metadataPrefix="oai_dc").header.datestamp
        lately = list(harvest.ListIdentifiers(**{"metadataPrefix": "oai_dc", "from": last, "until": last}))
        self.assertIn(all_ids[-1], [header.identifier for header in lately])
        with self.assertRaises(NoRecordsMatch):
            harvest.ListRecords(metadataPrefix="oai_dc", until="1999-12-31")

    def test_mistakes_are_told_as_the_protocol_says(self):
        harvest = harvester()
        for title in (DRAFT, UNLISTED):
            with self.assertRaises(IdDoesNotExist):
                harvest.GetRecord(identifier=school().lesson(title), metadataPrefix="oai_dc")
        with self.assertRaises(CannotDisseminateFormat):
            harvest.ListRecords(metadataPrefix="marc21")
        with self.assertRaises(BadArgument):
            harvest.ListRecords(metadataPrefix="oai_dc", colour="red")

    def test_every_answer_keeps_to_the_rules(self):
        identifier = f"identifier={school().lesson(FULL)}"
        gone = f"identifier={school().lesson(WITHDRAWN)}"
        queries = ["", "verb=Identify", "verb=ListMetadataFormats", "verb=ListSets", "verb=ListSets&resumptionToken=x",
                   f"verb=ListMetadataFormats&{identifier}", "verb=Nothing", "verb=Identify&verb=Identify"]
        for prefix in ("oai_dc", "oai_lom"):
            queries += [f"verb={verb}&metadataPrefix={prefix}" for verb in ("ListRecords", "ListIdentifiers")]
            queries += [f"verb=GetRecord&metadataPrefix={prefix}&{one}" for one in (identifier, gone)]
            queries += [f"verb=ListRecords&metadataPrefix={prefix}&from=1999-01-01&set=7:mathematics"]
        for query in queries:
            with self.subTest(query):
                answer = requests.get(f"{school().url}/oai?{query}", timeout=60)
                self.assertEqual(answer.status_code, 200)
                checked(answer.content, "oai.rnc")
