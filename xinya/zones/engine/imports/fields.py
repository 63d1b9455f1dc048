"""The fields a company list may fill: their labels in use, the form of their values, and whether they belong to a period."""

from dataclasses import dataclass

NAME, CODE, NAMES, LIST, TEXT, AMOUNT, COUNT, DATE, YES_NO, INDUSTRY, WORD, NOTE, SEQ = (
    "name", "code", "names", "list", "text", "amount", "count", "date", "yes_no", "industry", "word", "note", "seq",
)  # fmt: skip
UNCOMPARED = frozenset({NOTE, SEQ})


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its code, the form of its values, its labels (the first is the product's own), and its period.

    period: "" for none, "year" for a flow, "end" for a figure at the year's end.
    """

    code: str
    form: str
    labels: tuple[str, ...]
    period: str = ""

    @property
    def label(self) -> str:
        """The label the product itself writes."""
        return self.labels[0]

    def key(self, period: str | None) -> str:
        """The key of a value: the field's code, with the year where it belongs to one."""
        return f"{self.code}_{period}" if self.period and period else self.code


FIELDS = (
    Field("seq", SEQ, ("序号", "编号", "行号", "no", "no.", "#", "sn", "serial")),
    Field(
        "name", NAME,
        ("企业名称", "公司名称", "单位名称", "名称", "单位详细名称", "法人单位名称", "企业全称", "单位全称", "公司全称",
         "企业", "公司", "机构名称", "纳税人名称", "company", "company name", "name", "enterprise"),
    ),
    Field(
        "credit_code", CODE,
        ("统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "统一代码", "代码", "机构代码", "企业代码", "税号",
         "纳税人识别号", "统一社会信用代码/组织机构代码", "credit code", "uscc", "credit code uscc",
         "unified social credit code"),
    ),
    Field("former_names", NAMES, ("曾用名", "原名称", "曾用名称", "原名", "历史名称", "former names", "former name")),
    Field(
        "registered_address", TEXT,
        ("注册地址", "住所", "注册地", "登记地址", "工商注册地址", "注册地址住所", "住所地址", "registered address"),
    ),
    Field(
        "actual_address", TEXT,
        ("实际经营地址", "经营地址", "实际地址", "办公地址", "生产地址", "实际经营场所", "生产经营地址", "经营场所",
         "实际办公地址", "地址", "企业地址", "address", "actual address"),
    ),
    Field(
        "founded", DATE,
        ("成立日期", "成立时间", "注册日期", "设立日期", "成立年月", "开业时间", "开业日期", "注册时间", "founded",
         "date founded", "established"),
    ),
    Field("registered_capital", AMOUNT, ("注册资本", "注册资金", "注册资本金", "认缴资本", "registered capital")),
    Field(
        "industry_code", INDUSTRY,
        ("行业代码", "国民经济行业代码", "行业小类代码", "行业小类", "所属行业代码", "行业类别代码", "industry code"),
    ),
    Field("industry_name", TEXT, ("行业名称", "所属行业", "行业", "国民经济行业", "行业类别", "行业小类名称", "industry")),
    Field(
        "products", LIST,
        ("主要产品", "主营产品", "产品", "主要产品及服务", "主要产品或服务", "主营产品及服务", "产品名称", "主要产品名称",
         "主导产品", "主营业务", "main products", "products"),
    ),
    Field("chain", TEXT, ("所属产业链", "产业链", "所在产业链", "重点产业链", "所属链条", "chain")),
    Field("status", WORD, ("企业状态", "状态", "经营状态", "登记状态", "运营状态", "生产状态", "status", "state")),
    Field(
        "revenue", AMOUNT,
        ("营业收入", "主营业务收入", "销售收入", "营收", "营业总收入", "业务收入", "年营业收入", "revenue", "turnover"), "year",
    ),
    Field("output", AMOUNT, ("工业总产值", "总产值", "产值", "工业产值", "现价工业总产值", "output"), "year"),
    Field(
        "rd", AMOUNT,
        ("研发费用", "研发投入", "研发经费", "研发经费支出", "研究开发费用", "研究与试验发展经费", "研发支出", "科研投入",
         "r&d"), "year",
    ),
    Field("tax", AMOUNT, ("实缴税金", "实缴税收", "纳税额", "税收", "上缴税金", "缴税总额", "税金", "入库税收", "tax"), "year"),
    Field("profit", AMOUNT, ("利润总额", "净利润", "利润", "profit"), "year"),
    Field("exports", AMOUNT, ("出口额", "出口交货值", "出口总额", "exports"), "year"),
    Field(
        "staff", COUNT,
        ("从业人员", "职工人数", "员工人数", "从业人数", "从业人员数", "从业人员期末人数", "期末从业人员", "员工数",
         "用工人数", "人数", "staff", "employees"), "end",
    ),
    Field(
        "above_scale", YES_NO,
        ("是否规上", "规上", "是否规上企业", "规上企业", "是否规模以上", "是否为规上", "above scale"), "year",
    ),
    Field("is_anchor", YES_NO, ("是否链主", "链主", "链主企业", "是否链主企业", "anchor")),
    Field("group", TEXT, ("所属集团", "集团", "母公司", "group")),
    Field("segments", LIST, ("环节", "产业链环节", "segments", "segment")),
    Field("contact", TEXT, ("联系人", "联络人", "联系人姓名", "企业联系人", "contact")),
    Field("phone", WORD, ("联系电话", "电话", "手机", "联系方式", "联系人电话", "手机号码", "phone", "telephone")),
    Field("remark", NOTE, ("备注", "说明", "备注说明", "remark", "remarks", "notes")),
)  # fmt: skip
BY_CODE = {field.code: field for field in FIELDS}
KEYS = ("name", "credit_code")
OFFICIAL = frozenset({"former_names", "status", "above_scale", "is_anchor"})
"""What others decide or keep of a company, and it does not say of itself in a list of its own: former names, which find it in the
lists of others; its standing in registers; 链主, which is a decision with a person and a reason."""
