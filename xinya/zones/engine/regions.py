"""The province of a company, from what a list says, else from its credit code, else from its name.

Digits 3 and 4 of a credit code are the province of its registrar (GB 32100-2015); codes and names of provinces by GB/T 2260.
"""

from .credit_code import is_credit_code
from .name_parts import name_parts

PROVINCES: dict[str, tuple[str, str]] = {
    "11": ("北京", "Beijing"), "12": ("天津", "Tianjin"), "13": ("河北", "Hebei"), "14": ("山西", "Shanxi"),
    "15": ("内蒙古", "Inner Mongolia"), "21": ("辽宁", "Liaoning"), "22": ("吉林", "Jilin"), "23": ("黑龙江", "Heilongjiang"),
    "31": ("上海", "Shanghai"), "32": ("江苏", "Jiangsu"), "33": ("浙江", "Zhejiang"), "34": ("安徽", "Anhui"),
    "35": ("福建", "Fujian"), "36": ("江西", "Jiangxi"), "37": ("山东", "Shandong"), "41": ("河南", "Henan"),
    "42": ("湖北", "Hubei"), "43": ("湖南", "Hunan"), "44": ("广东", "Guangdong"), "45": ("广西", "Guangxi"),
    "46": ("海南", "Hainan"), "50": ("重庆", "Chongqing"), "51": ("四川", "Sichuan"), "52": ("贵州", "Guizhou"),
    "53": ("云南", "Yunnan"), "54": ("西藏", "Tibet"), "61": ("陕西", "Shaanxi"), "62": ("甘肃", "Gansu"),
    "63": ("青海", "Qinghai"), "64": ("宁夏", "Ningxia"), "65": ("新疆", "Xinjiang"), "71": ("台湾", "Taiwan"),
    "81": ("香港", "Hong Kong"), "82": ("澳门", "Macao"),
}  # fmt: skip
CODE_OF = {zh: code for code, (zh, _en) in PROVINCES.items()}


def province_of(name: str, uscc: str = "", stated: str = "") -> str:
    """The two digits of the province, "" where nothing tells it. stated: 辽宁, 辽宁省沈阳市, 21."""
    text = stated.strip()
    if text in PROVINCES:
        return text
    for short, code in CODE_OF.items():
        if text.startswith(short):
            return code
    if is_credit_code(uscc) and uscc[2:4] in PROVINCES:
        return uscc[2:4]
    return next((CODE_OF[place] for place in name_parts(name).places if place in CODE_OF), "")


def province_name(code: str, language: str) -> str:
    """The province in "zh" or "en"; the code itself for one that is none."""
    names = PROVINCES.get(code)
    return code if names is None else names[0 if language == "zh" else 1]
