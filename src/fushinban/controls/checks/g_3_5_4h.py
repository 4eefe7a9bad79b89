"""G-3.5-4h: filtered collection of MyJVN is used."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-4h",
    title=Text(
        "MyJVNなどの情報収集ツールを活用している",
        "MyJVN or another collection tool is used",
    ),
    requirement=Text(
        "IPAが提供するMyJVNの収集ツールなどを使い、自分の製品に関わる脆弱性情報を効率よく集めること。",
        "Vulnerability information on one's own products is collected efficiently with a tool such as IPA's MyJVN "
        "filter.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.INFO,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(4,),
    measures=(4,),
    checkpoints=(4,),
    question=Question(
        prompt=Text(
            "使っている製品を登録して、脆弱性情報を絞り込んで集める仕組み（MyJVNなど）を使っていますか。",
            "Is a tool such as MyJVN used that collects vulnerability information for the registered products?",
        ),
        hint=Text(
            "同じ目的のほかのサービスや、保守会社による情報提供でもかまいません。",
            "Another service for the same purpose, or information from the maintenance company, will do.",
        ),
    ),
    rationale=Text(
        "公表される脆弱性の数は多く、人手ですべてに目を通すことはできません。",
        "More vulnerabilities are published than anybody can read.",
    ),
    remedy=Text(
        "IPAのサイトから収集ツールを入手し、使っているメーカーと製品を登録してください。",
        "Get the tool from IPA's site and register your makers and products.",
    ),
    references=(guide("3.5 (4)"),),
)
