"""G-2.2-1: flaws that are known to be exploited are fixed."""

from fushinban.controls._saying import etsi, guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-2.2-1",
    title=Text("悪用されている脆弱性が残っていない", "No vulnerability known to be exploited is left unfixed"),
    requirement=Text(
        "マルウェアの感染に使われている脆弱性が、設置している機器に残っていないこと。",
        "Vulnerabilities that malware uses to infect devices are not left in the devices installed.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR, Who.INSTALLER),
    when=(When.OPERATION,),
    impacts=(4,),
    measures=(4,),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "設置している全機種について、悪用が確認されている脆弱性（KEV、JVNなどで公表）に該当しないバージョンであ"
            "ることを確かめましたか。",
            "For every model installed: did you confirm that its version has no vulnerability known to be exploited "
            "(KEV, JVN)?",
        ),
        hint=Text(
            "機種名とバージョンを添えて、確認した画面の写しを残してください。",
            "Keep a copy of the page you checked, with model and version.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "感染はパスワードだけでなく、修正されていない脆弱性からも広がります。",
        "Infection spreads not only through passwords but also through vulnerabilities that were never fixed.",
    ),
    remedy=Text(
        "報告書の機器一覧にある型番とバージョンをメーカーの脆弱性情報と照らし合わせ、該当すれば更新し、更新がなけれ"
        "ば外部から届かないようにしてください。",
        "Compare model and version in this report's device list with the maker's security notices. Update where one "
        "applies; where there is no update, keep the device out of reach from outside.",
    ),
    references=(guide("2.2"), etsi("5.3-8"), "CISA Known Exploited Vulnerabilities Catalog"),
)
