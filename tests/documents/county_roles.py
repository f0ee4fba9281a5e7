"""Who in ``examples/county`` is the subject of which fault, by the short name; nobody is of two."""

MISSING, LATE, TWICE = "麦地乡", "民政局", "司法局"
WRONG_YEAR, WRONG_UNIT, COPIED_UNIT = "白鹤镇", "红岩乡", "竹林乡"
DISCONTINUED, IN_FORCE, DECLARED = "自然资源局", "水利局", "教体局"
LEFT_OUT, EXCLUDED = "市场监管局", "气象局"
COPIED_YEAR, COPYIST, NEIGHBOUR = "文旅局", "松坪乡", "北山乡"
OUTLIER, RENAMED, LITTERED = "住建局", "经信商务局", "应急管理局"
