"""G-3.6-17: IPA's guideline for small and medium enterprises is used."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.6-17",
    title=Text(
        "IPAの中小企業向けガイドラインを参考にしている",
        "IPA's guideline for small businesses is consulted",
    ),
    requirement=Text(
        "会社全体の情報セキュリティ対策に、IPA（情報処理推進機構）の資料を役立てること。",
        "Material of IPA (Information-technology Promotion Agency) is used for the information security of the "
        "whole business.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.INFO,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    question=Question(
        prompt=Text(
            "IPAの「中小企業の情報セキュリティ対策ガイドライン」に目を通し、自社の対策に役立てていますか。",
            "Has IPA's guideline for small and medium enterprises been read and put to use?",
        ),
        hint=Text(
            "付録の「5分でできる自社診断」から始めると取り組みやすくなります。",
            "The five-minute self-check in its appendix is an easy start.",
        ),
    ),
    rationale=Text(
        "カメラだけを守っても、同じ会社のパソコンや利用者から侵入されることがあります。この項目は参考です。",
        "Even with guarded cameras, attackers may enter through PCs and users of the same business. This control is "
        "for information.",
    ),
    remedy=Text(
        "IPAのWebサイトからガイドラインを入手し、付録の自社診断を行ってください。",
        "Get the guideline from IPA's website and do the self-check in its appendix.",
    ),
    references=(guide("3.6"), "IPA https://www.ipa.go.jp/security/guide/sme/about.html"),
)
