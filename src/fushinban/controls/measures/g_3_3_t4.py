"""G-3.3-T4: the maker publishes a security policy."""

from fushinban.controls._saying import etsi, guide, jc_star
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.3-T4",
    title=Text("表No.4 メーカーがセキュリティ方針を公開している", "Table row 4: the maker publishes a security policy"),
    requirement=Text(
        "サイバーセキュリティにどう取り組むかを、メーカーがWebサイトなどで公表していること。",
        "The maker states on its website or the like how it deals with cyber-security.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.LOW,
    who=(Who.DESIGNER,),
    when=(When.DESIGN,),
    measures=(5,),
    question=Question(
        prompt=Text(
            "設置しているすべての機器のメーカーについて、セキュリティ方針や脆弱性の受付窓口の公開を確かめましたか。",
            "For the makers of all devices: did you find their published security policy or contact for "
            "vulnerabilities?",
        )
    ),
    rationale=Text(
        "方針を公開しているメーカーは、脆弱性が見つかったときの対応も期待できます。",
        "A maker with a published policy can be expected to act when a vulnerability is found.",
    ),
    remedy=Text(
        "メーカー名と「セキュリティ方針」「PSIRT」などで調べ、ページを機器選定チェックの表に控えてください。",
        "Search for the maker's name with “security policy” or “PSIRT”, and note the page in the selection checklist.",
    ),
    references=(guide("3.3 表3.3.1 No.4"), etsi("5.2-1"), jc_star("05")),
)
