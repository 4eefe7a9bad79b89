"""The lab's answers keep to the official schemas of the specification (where those are at hand)."""

import asyncio
from pathlib import Path

import pytest
from lab_client import BOSS, TAS, TDS, TR2, TRT, device, soap
from lxml import etree

from fushinban.lab import Lab, LabPlan
from fushinban.lab.onvif_server import OPERATIONS

XS = "http://www.w3.org/2001/XMLSchema"
WSDL = {
    TDS: "ver10/device/wsdl/devicemgmt.wsdl",
    TRT: "ver10/media/wsdl/media.wsdl",
    TR2: "ver20/media/wsdl/media.wsdl",
    TAS: "ver10/advancedsecurity/wsdl/advancedsecurity.wsdl",
}
#: Stand-ins for the four schemas that onvif.xsd takes from elsewhere; none of their types occurs in the answers.
STUBS = {
    "https://www.w3.org/2005/05/xmlmime": '<xs:attribute name="contentType" type="xs:string"/>',
    "https://www.w3.org/2003/05/soap-envelope": '<xs:complexType name="Envelope"/><xs:complexType name="Fault"/>',
    "http://docs.oasis-open.org/wsn/b-2.xsd": (
        '<xs:complexType name="FilterType"/><xs:complexType name="NotificationMessageHolderType"/>'
    ),
    "https://www.w3.org/2004/08/xop/include": '<xs:element name="Include"/>',
}


class _Stubs(etree.Resolver):
    def resolve(self, url: str, public_id: str, context: object) -> object:
        if url in STUBS:
            namespace = url.removesuffix(".xsd").replace("https:", "http:")
            text = f'<xs:schema xmlns:xs="{XS}" targetNamespace="{namespace}">{STUBS[url]}</xs:schema>'
            return self.resolve_string(text, context)
        if url.endswith(".xsd"):
            return self.resolve_string(_without_any(Path(url.removeprefix("file://"))), context, base_url=url)
        return None


def _without_any(path: Path) -> str:
    """A schema without its open ends, which libxml2 takes for ambiguous; the answers use none of them."""
    root = etree.parse(path).getroot()
    _drop_any(root)
    return etree.tostring(root, encoding="unicode")


def _drop_any(root: etree._Element) -> None:
    for element in list(root.iter(f"{{{XS}}}any")):
        element.getparent().remove(element)


def _schema(path: Path) -> etree.XMLSchema:
    parser = etree.XMLParser()
    parser.resolvers.add(_Stubs())
    root = etree.parse(path, parser).getroot().find(f".//{{{XS}}}schema")
    assert root is not None
    for element in root.iter(f"{{{XS}}}import"):
        location = element.get("schemaLocation", "")
        if "://" not in location:
            element.set("schemaLocation", str((path.parent / location).resolve()))
    _drop_any(root)
    return etree.XMLSchema(etree.fromstring(etree.tostring(root), parser))


@pytest.mark.parametrize("namespace", sorted(WSDL))
def test_answers_are_valid(namespace: str, corpora: Path) -> None:
    folder = corpora / "onvif" / "onvif+specs" / "wsdl"
    schema = _schema(folder / WSDL[namespace])
    plans = (
        device(),
        device(
            "dynamic-dns-on", "zero-conf", "no-ip-filter", "no-password-rules", "manual-clock", id="b",
            address="127.77.9.12", channels=("入口", "裏口"), ipv6=("2001:db8::1/64",), ntp=("ntp.example.com",),
        ),
    )  # fmt: skip
    asyncio.run(_check(schema, namespace, plans))


async def _check(schema: etree.XMLSchema, namespace: str, plans: tuple[object, ...]) -> None:
    inside = "<x:ProfileToken>Profile_1_main</x:ProfileToken><x:LogType>System</x:LogType>"
    checked = 0
    async with Lab(LabPlan(name="試験", devices=plans, base_port=0)) as lab:  # type: ignore[arg-type]
        for cam in lab.devices.values():
            for service, operation in OPERATIONS:
                if service != namespace:
                    continue
                answer = await soap(cam, operation, BOSS, namespace=service, inside=inside)
                body = etree.fromstring(answer.body)[0][0]
                alone = etree.fromstring(etree.tostring(body))
                schema.assertValid(alone)
                checked += 1
    assert checked >= 8
