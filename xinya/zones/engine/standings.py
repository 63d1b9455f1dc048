"""What a company's standing in the register (登记状态) says: whether it still makes and buys here. Pure.

Words of the national system for publishing companies' credit (存续, 吊销, 注销, 迁出 …) as lists write them. Only words that end
a company take it out of the count; whatever is uncertain (歇业, 停业, 迁出中, listed for abnormal operation, an unknown word)
counts on and is shown, because a false end would make a false gap. docs/decisions/049-standing-in-the-register.md says why.
"""

import re
from functools import lru_cache

NONE, NORMAL, ASKS, MOVED, ENDED = "", "normal", "asks", "moved", "ended"
"""Nothing said; does business; to be looked at, counts on; moved to another register; ended as a company that does business."""
CLASSES = (NONE, NORMAL, ASKS, MOVED, ENDED)

_WORDS: dict[str, str] = dict.fromkeys(
    (
        "存续", "在业", "在营", "开业", "正常", "正常经营", "在册", "迁入", "已迁入", "仍注册", "投产", "已投产", "在产",
        "在建", "建设中", "筹建", "筹建中", "规划", "拟建", "筹备", "签约",  # of building and producing, not of the register
        "normal", "active", "registered", "inoperation",
    ),
    NORMAL,
) | dict.fromkeys(
    ("迁出", "已迁出", "迁往市外", "迁往外地", "市外迁出", "区外迁出", "movedaway", "movedout", "moved"), MOVED
) | dict.fromkeys(
    (
        "注销", "已注销", "注销登记", "吊销", "已吊销", "吊销未注销", "吊销已注销", "被吊销", "吊销营业执照", "撤销", "已撤销",
        "撤销登记", "除名", "已除名", "强制注销", "依职权注销", "责令关闭", "关闭", "已关闭", "解散", "已解散",
        "清算", "清算中", "在清算", "正在清算", "破产", "已破产", "破产清算", "破产清算中", "宣告破产",
        "deregistered", "cancelled", "canceled", "revoked", "struckoff", "dissolved", "closed", "liquidation", "inliquidation",
        "liquidating", "bankrupt",
    ),
    ENDED,
)  # fmt: skip
_ORDER = {ENDED: 3, MOVED: 2, ASKS: 1, NORMAL: 0}
_PARTS = re.compile(r"[,，、;；:：/|()（）\[\]【】\n]+")
_DAY = re.compile(r"(?:于|自)?\d{4}(?:[-./年]\d{1,2}(?:[-./月]\d{1,2}日?)?月?|年)?(?:起)?")
_TAIL = re.compile(r"(?:企业|公司|状态|登记状态)$")


@lru_cache(maxsize=4096)
def standing_class(standing: str) -> str:
    """One of CLASSES for a standing as a source writes it. 吊销，未注销 and 注销(2024-05-10) end a company; 拟注销 only asks.

    A word in brackets or behind a comma speaks too; the gravest of the words that are known decides, after 未注销 said nothing.
    """
    found = {_class_of(part) for part in _PARTS.split(standing)} - {NONE}
    if NORMAL in found and found & {ENDED, MOVED}:
        return ASKS  # 存续(注销公告中 …), 正常/吊销: it says both, so a person looks
    return max(found, key=_ORDER.__getitem__, default=NONE)


def _class_of(part: str) -> str:
    word = re.sub(r"[\s_.-]+", "", _DAY.sub("", re.sub(r"\s+", "", part).casefold()))
    if word in ("", "未注销"):
        return NONE
    return _WORDS.get(word) or _WORDS.get(_TAIL.sub("", word)) or ASKS


def is_gone_here(standing: str) -> bool:
    """Whether a company of the zone no longer counts: it ended, or it moved to another register."""
    return standing_class(standing) in (ENDED, MOVED)


def is_gone(standing: str) -> bool:
    """Whether a company anywhere no longer counts: it ended. Who moved makes elsewhere what it made."""
    return standing_class(standing) == ENDED


def is_abnormal(standing: str) -> bool:
    """Whether what the register says speaks against doing business with it; what is not known does not."""
    return standing_class(standing) not in (NONE, NORMAL)
