"""How far the chain of decisions and the list are, as round files and receipts carry it."""

from eduapp.exchange.signing import WriterKey
from eduapp.services.hand_off.chains import chains_of, listed
from eduapp.services.merge.decisions import LIST, REVOKE
from eduapp.services.merge.listing import Expected
from tests.services.schools import county


def test_the_chain_of_the_list_ends_with_the_last_decision_about_the_list(tmp_path):
    with county(tmp_path / "county.edubook") as office:
        office.set_expected([Expected("2143000001", "明德小学", None)])
        key = WriterKey(bytes(32)).public.line
        office.decide(REVOKE, "", "电脑丢失", details={"school": "2143000001", "key": key})
        about_list = [each.id for each in office.decisions if each.kind == LIST]
        assert chains_of(office).listing.head == about_list[-1] != office.decisions[-1].id
        assert listed(office)["2143000001"].decision == about_list[-1]
