"""Standards, editions and references to their clauses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """A place in a standard: standard, edition, clause and a short title of our own."""

    standard: str
    edition: str
    clause: str
    title: str = ""

    def __str__(self) -> str:
        return f"{self.standard} ({self.edition}) {self.clause}".strip()


@dataclass(frozen=True)
class Edition:
    """One edition of a standard; `at` points to a clause of it."""

    standard: str
    edition: str

    def at(self, clause: str, title: str = "") -> Reference:
        """Reference to a clause of this edition.

        Parameters
        ----------
        clause : str
            Clause, paragraph, table or equation number.
        title : str
            A short title in our own words.

        Returns
        -------
        Reference
        """
        return Reference(self.standard, self.edition, clause, title)


API581_2016 = Edition("API RP 581", "3rd ed. 2016")
API510 = Edition("API 510", "11th ed. 2022")
API570 = Edition("API 570", "4th ed. 2016")
API653 = Edition("API 653", "5th ed. 2014")
API574 = Edition("API RP 574", "4th ed. 2016")
ASME_VIII_1 = Edition("ASME VIII-1", "2021")
ASME_VIII_2 = Edition("ASME VIII-2", "2021")
ASME_B31_3 = Edition("ASME B31.3", "2020")
API579_2021 = Edition("API 579-1/ASME FFS-1", "2021")
GB150 = Edition("GB/T 150.3", "2011")
GB20801 = Edition("GB/T 20801.3", "2020")
TSG21 = Edition("TSG 21", "2016")
TSGD7005 = Edition("TSG D7005", "2018")
OWN_METHOD = Edition("This program", "method note")
