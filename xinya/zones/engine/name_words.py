"""Words that company names are made of: legal forms, branches, trades, provinces; and characters that simplification merges."""

import re

LEGAL_FORMS = """
有限责任公司=limited 有限公司=limited 股份有限公司=stock 股份有限责任公司=stock 股份公司=stock 股份=stock 有限=limited
集团有限责任公司=group-limited 集团有限公司=group-limited 集团股份有限公司=group-stock 集团公司=group 集团=group
控股有限公司=limited 控股集团有限公司=group-limited 控股股份有限公司=stock
总公司=company 公司=company 合伙企业=partnership 合伙企业有限合伙=partnership 合伙企业普通合伙=partnership
合伙企业特殊普通合伙=partnership 有限合伙=partnership 普通合伙=partnership 特殊普通合伙=partnership
个人独资企业=sole 厂=works 总厂=works 工厂=works 商行=shop 商店=shop 经营部=shop 门市部=shop 个体工商户=shop
专业合作社=cooperative 合作社=cooperative 联合社=cooperative
研究院=institute 研究所=institute-b 设计院=institute-c 实验室=laboratory 研究中心=centre 技术中心=centre 中心=centre
医院=hospital 大学=university 学院=college 学校=school 中学=school 职业技术学院=college
银行=bank 信用社=bank 事务所=office 律师事务所=office 会计师事务所=office 协会=association 商会=association 联盟=association
基金会=foundation 管委会=authority 管理委员会=authority-b 委员会=authority-c 局=bureau 服务局=bureau 政府=government
coltd=ltd companylimited=ltd limited=ltd ltd=ltd inc=inc incorporated=inc corp=corp corporation=corp llc=llc plc=plc gmbh=gmbh
ag=ag sa=sa bv=bv pteltd=ltd ptyltd=ltd srl=srl spa=spa
"""
FORM_KINDS = dict(row.split("=") for row in LEGAL_FORMS.split())

_BRANCH_ENDS = """
分公司 支公司 分行 支行 营业部 营业厅 营业所 办事处 代表处 联络处 分厂 分店 分部 分院 分所 分校 分中心 工作站 服务站 管理处
项目部 事业部 储蓄所 分理处 门店 工厂 厂区 车间 基地 校区 院区 生产线 一分厂
"""
BRANCH_END = re.compile(f"(?:{'|'.join(sorted(_BRANCH_ENDS.split(), key=len, reverse=True))})$")

_TRADES = """
科技 技术 电子 微电子 光电子 半导体 集成电路 芯片 光电 光能 光伏 太阳能 新能源 能源 电力 电气
电器 电机 电控 电源 电池 锂电 储能 氢能 风电 风能 核电 核能 燃气 燃气轮机 轮机 动力 发动机
机电 机械 机床 装备 设备 仪器 仪表 自动化 智能 机器人 智能装备 智能制造 传感 传感器 航空 航天
航空科技 宇航 卫星 船舶 海洋 汽车 车辆 轨道交通 交通 物流 运输 供应链 仓储 港口 铁路 生物 医药
制药 药业 生物医药 生物制药 医疗 医疗器械 医疗设备 器械 健康 基因 诊断 核医药 同位素 疫苗 中药
材料 新材料 复合材料 碳素 碳纤维 石墨 陶瓷 玻璃 水泥 建材 钢铁 特钢 钢管 铝业 铜业 稀土 冶金
铸造 精密铸造 锻造 模具 轴承 紧固件 金属 精密 制造 工业 实业 化工 化学 塑料 橡胶 涂料 纺织
服装 印刷 包装 纸业 食品 饮料 乳业 农业 种业 饲料 粮油 酒业 信息 信息技术 信息科技 网络 软件
数据 大数据 云计算 通信 通讯 数字 互联网 人工智能 传媒 文化 教育 咨询 检测 检验 计量 认证 投资
创业投资 股权投资 资产 资本 金融 租赁 担保 保险 证券 基金 控股 国有资产经营 国有资本运营 国有
经营 运营 管理 企业管理 建设 建筑 工程 设计 规划 勘察 监理 置业 地产 房地产 物业 园林 环境
环保 水务 水利 净化 节能 照明 消防 安防 安全 贸易 商贸 进出口 国际贸易 商业 电子商务 服务 餐饮
酒店 旅游 开发 发展 产业 产业园 科技园 孵化器 集团 控制 系统
"""
TRADES = frozenset(_TRADES.split())
LONGEST_TRADE = max(map(len, TRADES))

_PROVINCES = """
北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海
台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门
"""
PROVINCES = frozenset(_PROVINCES.split())
PLACE_ENDS = ("特别行政区", "自治区", "自治州", "自治县", "新区", "地区", "省", "市", "区", "县", "州", "盟", "旗", "镇", "乡")

MERGED = frozenset(
    "后里干发面台松钟余范谷丑千云岩准几斗郁叶制冲札征只系卷复历汇获尽党团当布占别板表才采出丰刮柜合胡回伙姜借克困累蒙弥辟朴仆签曲"
    "舍沈胜术苏坛涂咸向须旋药佣涌游于欲御愿岳跃折致志注筑升群峰杰昆炼舆托席雇粮秋万据家并乔线群"
)
"""Characters that stand for several traditional ones: two names may be one in simplified script and two in law."""
