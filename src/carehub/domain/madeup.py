"""Made-up people for demonstrations, training and tests: seeded, and marked by an area code nobody was given."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

AREA = "500199"
"""Not assigned to any place (GB/T 2260), so no number made with it is anybody's."""

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭"
    "曾肖田董袁潘蒋蔡余杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆汪范石廖贾夏"
    "韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
)
_DOUBLE = ("欧阳", "司马", "上官", "诸葛")
_GIVEN = "子涵雨欣浩宇佳怡俊杰思琪嘉豪梓萱志强晓芳明辉丽娟建国秀英文博静雯天佑春燕小军海霞玉兰俊熙一诺"
_RARE = "䶮𬭊㑇𫖯𠅤"
_PLACES = ("广东东莞", "浙江义乌", "江苏昆山", "福建泉州", "上海", "广东深圳", "浙江宁波", "重庆主城")
_SCHOOLS = ("中心小学", "红岩完小", "新民村小", "第二初级中学")
_GRADES = ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "七年级", "八年级", "九年级")
_INTERESTS = ("画画", "下棋", "打篮球", "唱歌、跳绳", "看书", "喂兔子")
_LIVES_WITH = {"61": "paternal", "62": "paternal", "63": "maternal", "64": "maternal", "51": "father", "52": "mother"}
_EMPLOYERS = ("电子厂", "建筑工地", "服装厂", "物流公司", "餐馆", "家具厂")
_RELATIONS = (("61", "爷爷"), ("62", "奶奶"), ("63", "外公"), ("64", "外婆"), ("52", "母亲"), ("90", "姑姑"))


def check_character(stem: str) -> str:
    """The check character of a 17-digit stem (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(d) * w for d, w in zip(stem, weights, strict=True)) % 11]


@dataclass(frozen=True, slots=True)
class MadeUpChild:
    """A child with guardian and parents, as a ledger would tell it."""

    name: str
    sex: int
    birth_date: date
    identity_no: str
    guardian: str
    relation: str
    relation_word: str
    phone: str
    father: str
    father_at: str
    mother: str
    mother_at: str
    school: str
    grade: str
    group: str


@dataclass
class MadeUp:
    """Draws people from one seed; the same seed draws the same people."""

    seed: int
    today: date
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def name(self, *, rare: float = 0.0) -> str:
        """A name; with probability `rare` one of its characters is rare."""
        pick = self.random
        surname = pick.choice(_DOUBLE) if pick.random() < 0.04 else pick.choice(_SURNAMES)
        given = "".join(pick.choice(_GIVEN) for _ in range(pick.choice((1, 2, 2))))
        return surname + (given[:-1] + pick.choice(_RARE) if pick.random() < rare else given)

    def phone(self) -> str:
        """A number of mobile form."""
        return f"1{self.random.choice('3589')}{self.random.randrange(10**9):09d}"

    def identity_no(self, birth: date, sex: int) -> str:
        """A valid number of the area nobody was given."""
        sequence = self.random.randrange(100, 999) // 2 * 2 + sex % 2
        stem = f"{AREA}{birth:%Y%m%d}{sequence:03d}"
        return stem + check_character(stem)

    def child(self) -> MadeUpChild:
        """A child between 6 and 15."""
        pick = self.random
        age = pick.randrange(6, 15)
        birth = self.today - timedelta(days=age * 365 + pick.randrange(365))
        sex, (relation, word) = pick.choice((1, 2)), pick.choice(_RELATIONS)
        return MadeUpChild(
            name=self.name(rare=0.08),
            sex=sex,
            birth_date=birth,
            identity_no=self.identity_no(birth, sex),
            guardian=self.name(),
            relation=relation,
            relation_word=word,
            phone=self.phone(),
            father=self.name(),
            father_at=pick.choice(_PLACES),
            mother=self.name(),
            mother_at=pick.choice(_PLACES),
            school=pick.choice(_SCHOOLS),
            grade=_GRADES[min(age - 6, 8)],
            group=f"{pick.randrange(1, 8)}组",
        )

    def more(self, identity_no: str, relation: str | None) -> dict[str, object]:
        """What the national form asks for besides, of a child known by its number with a guardian of this relation
        (GB/T 4761). What was drawn for others before does not change it, and it changes nothing drawn afterwards."""
        pick = Random(f"{self.seed}/{identity_no}")
        groups = pick.sample(
            ("low_income", "former_poor", "disabled_parent", "near_low_income"), pick.choice((0, 1, 1, 2))
        )
        facts: dict[str, object] = {
            "pupil_no": f"G{identity_no}" if identity_no else None,
            "registered": True,
            "ethnic_group": pick.choice(("01", "01", "01", "15")),
            "health": pick.choice(("良好", "良好", "一般")),
            "lives_with": _LIVES_WITH.get(relation or "", "relatives"),
            "guardianship": pick.choice(("good", "fair", "fair", "poor")),
            "civil_scope": True,
            "education_scope": True,
            "hardship_grade": pick.choice(("extreme", "hard", "general")) if groups else None,
            "priority_groups": " ".join(sorted(groups)) or None,
            "difficulty_groups": "poverty" if "low_income" in groups else None,
            "income_sources": pick.choice(("migrant_work", "farming migrant_work", "allowance farming")),
            "aid_received": "education low_income" if "low_income" in groups else pick.choice((None, "education")),
            "interests": pick.choice(_INTERESTS),
            "next_review": self.today + timedelta(days=pick.randrange(20, 200)),
        }
        return {name: value for name, value in facts.items() if value is not None}

    def parent(self, identity_no: str, relation: str) -> dict[str, object]:
        """What is asked of the father or mother (GB/T 4761) of that child besides name and place of work."""
        pick = Random(f"{self.seed}/{identity_no}/{relation}")
        return {
            "alive": True,
            "birth": str(self.today.year - pick.randrange(28, 46)),
            "employer": pick.choice(_EMPLOYERS),
            "away_since": f"{self.today.year - pick.randrange(1, 8)}-{pick.randrange(1, 13):02d}",
            "returns": pick.choice(("春节", "春节、暑假", "一年一次", "不定")),
            "contact_frequency": pick.choice(("daily", "weekly", "weekly", "monthly")),
            "able_to_care": False,
        }
