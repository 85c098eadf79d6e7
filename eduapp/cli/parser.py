"""The commands and their arguments (docs/cli.md), and the one place where a Problem becomes exit code 2."""

from __future__ import annotations

import argparse
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from db.problems import Problem
from db.streams import open_streams
from eduapp.cli import streams
from eduapp.cli.saying import DONE, PROBLEM, complain, print_json, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from db.records.spec import Field

    Command = Callable[[argparse.Namespace], int]


MODES = ("update", "replace", "fill")
KEEPS = ("month", "empty")
"""As `pairing.Mode` and `pasting.Keep` have them; a test holds them equal: help need not load either."""


class _ListNames:
    """The names of a school's lists, read when one is given or asked for."""

    def __iter__(self) -> Iterator[str]:
        from db.records.catalog import LISTS  # noqa: PLC0415 - where records are named only

        return iter(LISTS)

    def __contains__(self, name: object) -> bool:
        return name in tuple(self)


def call(module: str, command: str, args: argparse.Namespace) -> int:
    """Import a module of commands and run one of them."""
    found: Command = getattr(import_module(f"eduapp.cli.{module}"), command)
    return found(args)


class _Module:
    """A module of commands by its name: importing all of them took longer than most commands do."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, command: str) -> Command:
        return partial(call, self._name, command)


county_board, county_book, county_records = (
    _Module(each) for each in ("county_board", "county_book", "county_records")
)
county_closing, county_keys = _Module("county_closing"), _Module("county_keys")
county_outlook, county_paper = _Module("county_outlook"), _Module("county_paper")
county_register, county_schools = _Module("county_register"), _Module("county_schools")
receipts, school, school_keys = _Module("receipts"), _Module("school"), _Module("school_keys")
school_forms = _Module("school_forms")


class _Parser(argparse.ArgumentParser):
    """A parser that gets its arguments when it is reached."""

    fill: Callable[[argparse.ArgumentParser], object] | None = None

    def parse_known_args(self, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - argparse's own overloads
        """See argparse."""
        fill, self.fill = self.fill, None
        if fill is not None:
            fill(self)
        return super().parse_known_args(*args, **named)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 needs a person, 2 a Problem or wrong usage."""
    open_streams()
    try:
        args = _parser().parse_args(arguments)
    except SystemExit as stop:  # argparse has said why, or its help
        raise SystemExit(_ended(int(stop.code or DONE))) from None
    return _ended(_run(args))


def _ended(code: int) -> int:
    """Write out what waits and return the exit code: 2 where standard output could not take all of it."""
    try:
        streams.flush()
    except Problem as problem:
        complain(f"{problem.command_text} [{problem.code}]")
        return PROBLEM
    return code


def _run(args: argparse.Namespace) -> int:
    command: Command = args.command
    try:
        return command(args)
    except Problem as problem:
        complain(f"{problem.command_text} [{problem.code}]")
        if problem.code in {"passphrase-needed", "county-key-locked"}:
            from eduapp.services.keys.keyring import PASSPHRASE_FILE  # noqa: PLC0415 - what reads keys

            complain(f"命令行的口令写在一个文件里,用环境变量 {PASSPHRASE_FILE} 指明它。")
        return PROBLEM
    except Exception as error:  # noqa: BLE001 - a bug: told, and never as exit code 1, which says "done"
        import traceback  # noqa: PLC0415 - a bug only

        # Where it happened and its kind, as in the window's reports: its own words may hold what a cell says.
        complain(*"".join(traceback.format_tb(error.__traceback__)).splitlines(), type(error).__name__)
        complain("程序内部错误,请把上面的内容交给技术支持。 [internal-error]")
        return PROBLEM


def _parser() -> _Parser:
    parser = _Parser(prog="eduapp", description="义务教育优质均衡:填报、校验、上报、合并")
    commands = parser.add_subparsers(required=True, metavar="school | county | verify | records")
    for name, help_text, fill in (
        ("school", "学校工作簿", _school),
        ("county", "县级工作簿", _county),
        ("verify", "核验一个上报文件", _verify),
        ("records", "RECORD 和 FIELD 的名称;不写 RECORD 列出学校的各表", _records_of),
    ):
        commands.add_parser(name, help=help_text).fill = fill
    return parser


def _verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file")
    parser.add_argument("--workbook", help="按这个县级工作簿的密钥登记核验签名人")
    _finish(parser, county_book.verify)


def _records_of(parser: argparse.ArgumentParser) -> None:
    from db.records.catalog import RECORDS  # noqa: PLC0415 - where records are named only

    parser.add_argument("record", nargs="?", choices=sorted(RECORDS))
    _finish(parser, _records)


def _finish(parser: argparse.ArgumentParser, command: Command, *, json: bool = True) -> None:
    parser.set_defaults(command=command)
    if json:
        parser.add_argument("--json", action="store_true", help="只输出一个 JSON 对象")


def _command(group: Any, name: str, help_text: str) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse's private type
    parser: argparse.ArgumentParser = group.add_parser(name, help=help_text)
    parser.add_argument("workbook")
    return parser


def _judging(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", metavar="YYYY-MM-DD", help="按哪一天的标准(默认学年的 9 月 1 日)")
    parser.add_argument("--standard", action="append", metavar="ID")


def _entering(
    group: Any,  # noqa: ANN401 - argparse's private type
    import_help: str,
    import_command: Command,
    set_command: Command,
    *,
    lists: bool = False,
) -> None:
    """Add `import` and `set`, the same at a school and at a county; a school imports lists, too."""
    import_ = _command(group, "import", import_help)
    import_.add_argument("file")
    if lists:
        import_.add_argument(
            "--list", dest="record", metavar="RECORD", choices=_ListNames(), help="导入一份名单"
        )
        keeps = "名单里的身份证号和手机号:month 只保留出生年月,empty 留空(默认)"
        profiles = "其他系统导出表的导入方案(不写时按表头识别);写错时列出全部"
        import_.add_argument("--profile", metavar="NAME", default="", help=profiles)
        modes = "名单里已有的行:update 更改(默认),replace 替换整张表,fill 只补空白"
        import_.add_argument("--mode", choices=MODES, default=MODES[0], help=modes)
        import_.add_argument("--numbers", choices=KEEPS, default=KEEPS[-1], help=keeps)
        accepts = "回答文件(JSON):怎样读、各问题的答案;问题见 --dry-run --json,写法见 docs/cli.md"
    else:
        profiles = "national:教育事业统计全县导出(不写则按表头认)"
        import_.add_argument("--profile", metavar="NAME", help=profiles)
        accepts = "回答文件(JSON):导出里的名称是哪一所、校点属于哪一所;写法见 docs/cli.md"
    import_.add_argument("--accept", metavar="FILE", help=accepts)
    import_.add_argument("--dry-run", action="store_true")
    _finish(import_, import_command)
    set_ = _command(group, "set", "改一个单元格")
    for name in ("record", "key", "field", "value"):
        set_.add_argument(name)
    _finish(set_, set_command)


def _rows(group: Any, module: _Module) -> None:  # noqa: ANN401 - argparse's private type
    """Add `add`, `list` and `complete`, the same at a school and at a county."""
    add = _command(group, "add", "在名单里新增一行")
    add.add_argument("record")
    add.add_argument("cells", nargs="+", metavar="FIELD=VALUE")
    _finish(add, module.add)
    list_ = _command(group, "list", "列出一张表现有的各行")
    list_.add_argument("record")
    list_.add_argument("--csv", action="store_true", help="CSV,首行为 FIELD 名称")
    _finish(list_, module.list_)
    complete = _command(group, "complete", "勾或不勾「本表已填全」")
    complete.add_argument("record")
    complete.add_argument("answer", choices=("yes", "no"))
    _finish(complete, module.complete, json=False)


def _school(parser: argparse.ArgumentParser) -> None:
    from db.records.choices import AREA_CLASS, SCHOOL_KIND  # noqa: PLC0415 - not for the first page of help

    group = parser.add_subparsers(required=True)
    new = _command(group, "new", "新建学校工作簿")
    new.add_argument("--code", required=True)
    new.add_argument("--name", required=True)
    new.add_argument("--kind", required=True, choices=[code for code, _ in SCHOOL_KIND.options])
    new.add_argument("--year", type=int)
    new.add_argument("--area-class", choices=[code for code, _ in AREA_CLASS.options])
    new.add_argument("--built", type=int, metavar="YEAR")
    new.add_argument("--county")
    new.add_argument("--standard", action="append", metavar="ID")
    new.add_argument("--from", dest="earlier", metavar="EARLIER.edubook", help="从本校上一年工作簿带入")
    _finish(new, school.new, json=False)
    _entering(group, "导入学校填报表格或名单", school.import_, school.set_, lists=True)
    _rows(group, school)
    numbers = _command(group, "numbers", "列出或取出各格里的身份证号和手机号")
    numbers.add_argument("--take-out", choices=KEEPS, help="month 只保留出生年月,empty 留空")
    _finish(numbers, school.numbers)
    check = _command(group, "check", "校验")
    _judging(check)
    _finish(check, school.check)
    forms = _command(group, "forms", "教基各表的行,由本校记录算出,供抄录")
    forms.add_argument("number", nargs="?", metavar="NUMBER", help="如 3112;不写为全部")
    forms.add_argument("--out", metavar="OUT.xlsx|OUT.pdf", help="写成表格;一张表可以写成 PDF")
    _finish(forms, school_forms.forms)
    compare = _command(group, "compare", "本校记录、教基、学籍、教师系统:导入过的,哪里不一致")
    _finish(compare, school_forms.compare)
    reason = _command(group, "reason", "填写经验校验的说明")
    reason.add_argument("finding")
    reason.add_argument("text")
    _finish(reason, school.reason, json=False)
    print_ = _command(group, "print", "打印到 PDF")
    print_.add_argument("out")
    print_.add_argument(
        "--paper", help="打印件名称;registration 为密钥登记表;why:指标[:学段] 为指标说明,如 why:R1:primary"
    )
    print_.add_argument("--blank", action="store_true")
    _finish(print_, school.print_, json=False)
    export = _command(group, "export", "生成上报文件")
    export.add_argument("folder")
    export.add_argument("--draft", action="store_true")
    _finish(export, school.export)
    receipt = _command(group, "receipt", "读取回执")
    receipt.add_argument("file")
    _finish(receipt, receipts.read)
    _school_keys(group)


def _school_keys(group: Any) -> None:  # noqa: ANN401 - argparse's private type
    """Add a school's key, its county, its other computers; a passphrase comes from EDUAPP_PASSPHRASE_FILE."""
    key = _command(group, "key", "写出登记申请文件(.edukey)")
    key.add_argument("folder")
    key.add_argument("--county", metavar="CODE", help="填写区县代码(见县里的通知),登记表上的数字要用它")
    key.add_argument("--new", action="store_true", help="换新密钥:学校代码改过,原密钥属于另一代码时")
    _finish(key, school_keys.key)
    trust = _command(group, "trust", "核对县里的 30 位数字")
    trust.add_argument("file", metavar="FILE.eduround|FILE.edureceipt")
    trust.add_argument("--digits", required=True, help="县里通知上的 30 位数字")
    _finish(trust, school_keys.trust)
    round_ = _command(group, "round", "读取县里的批次文件")
    round_.add_argument("file", metavar="FILE.eduround")
    _finish(round_, school_keys.round_)
    take = _command(group, "take", "接续本校另一台电脑的上报文件")
    take.add_argument("file", metavar="FILE.edusub")
    take.add_argument("--dry-run", action="store_true")
    take.add_argument("--unchecked", action="store_true", help="没有批次文件、签名人未核验时仍要接续")
    _finish(take, school_keys.take)
    _finish(_command(group, "passphrase", "给这台电脑的密钥设口令"), school_keys.passphrase, json=False)


def _county(parser: argparse.ArgumentParser) -> None:
    group = parser.add_subparsers(required=True)
    new = _command(group, "new", "新建县级工作簿")
    new.add_argument("--code", required=True)
    new.add_argument("--name", required=True)
    new.add_argument("--schools", metavar="LIST.xlsx")
    new.add_argument("--year", type=int)
    new.add_argument("--standard", action="append", metavar="ID")
    _finish(new, county_book.new, json=False)
    _entering(group, "导入区县填报表格,或教育事业统计全县导出", county_records.import_, county_records.set_)
    _rows(group, county_records)
    _trusting(group)
    receipt = _command(group, "receipt", "写出回执")
    receipt.add_argument("folder")
    _finish(receipt, receipts.write, json=False)
    _keys(group)
    merge = _command(group, "merge", "合并上报文件")
    merge.add_argument("paths", nargs="+", metavar="PATH")
    merge.add_argument("--dry-run", action="store_true")
    _finish(merge, county_book.merge)
    _register(group)
    undo = _command(group, "undo", "撤回")
    undo.add_argument("ids", nargs="+", metavar="ID")
    _finish(undo, county_book.undo, json=False)
    check = _command(group, "check", "计算")
    _judging(check)
    _finish(check, county_book.check)
    report = _command(group, "report", "写出国家申报表各表")
    report.add_argument("out", metavar="OUT.pdf|OUT.xlsx")
    report.add_argument("--revision", type=int, metavar="N", help="第 N 次结束时的名单")
    _finish(report, county_book.report, json=False)
    close = _command(group, "close", "结束本轮:冻结名单")
    close.add_argument("reason", metavar="REASON")
    _finish(close, county_closing.close, json=False)
    revisions = _command(group, "revisions", "各次结束时的名单;加号码则列出此后的变化")
    revisions.add_argument("number", nargs="?", type=int, metavar="N")
    _finish(revisions, county_closing.revisions)
    _coefficients(group)
    paper = _command(group, "paper", "核对纸质表:数据码或扫描的二维码")
    paper.add_argument("code", nargs="+", metavar="CODE")
    paper.add_argument("--confirm", action="store_true", help="已逐项对照盖章的纸与文件里的数字:记为一致")
    paper.add_argument("--by", metavar="NAME", help="对照的人,记入日志")
    _finish(paper, county_paper.paper)


def _trusting(group: Any) -> None:  # noqa: ANN401 - argparse's private type
    """Add whose key is admitted, and whose no more."""
    trust = _command(group, "trust", "登记密钥")
    trust.add_argument("files", nargs="+", metavar="FILE")
    how = trust.add_mutually_exclusive_group(required=True)
    how.add_argument("--digits", help="纸质登记表上的 30 位数字")
    how.add_argument("--unchecked", action="store_true", help="不经纸质核验")
    trust.add_argument(
        "--reason", default="", metavar="TEXT", help="换发的理由:该校已有凭登记表登记的密钥时必须写"
    )
    _finish(trust, county_book.trust_, json=False)
    revoke = _command(group, "revoke", "停用学校的密钥:最后一个可信的上报文件之后,它签的都不再有效")
    revoke.add_argument("code", metavar="CODE")
    revoke.add_argument("--good", required=True, metavar="ID", help="最后一个可信的上报文件")
    revoke.add_argument("--reason", required=True, metavar="TEXT")
    _finish(revoke, county_book.revoke, json=False)


def _coefficients(group: Any) -> None:  # noqa: ANN401 - argparse's private type
    """Add what stands beside the county's coefficients: the round before, and published ones."""
    last_round = _command(group, "last-round", "从上一学年的县级工作簿导入各校上一轮数据")
    last_round.add_argument("earlier", metavar="EARLIER.edubook")
    _finish(last_round, county_outlook.last_round_, json=False)
    from db.records.choices import Stage  # noqa: PLC0415 - not for the first page of help

    composite = group.add_parser("composite", help="由公布的单项差异系数算综合差异系数")
    composite.add_argument("coefficients", nargs="+", metavar="COEFFICIENT")
    composite.add_argument("--stage", choices=tuple(Stage), default=Stage.PRIMARY, help="学段(限值不同)")
    _finish(composite, county_outlook.composite)


def _register(group: Any) -> None:  # noqa: ANN401 - argparse's private type
    """Add the school list and the board."""
    from db.records.choices import SCHOOL_KIND  # noqa: PLC0415 - as above
    from eduapp.services.merge.relisting import Act  # noqa: PLC0415 - as above

    schools = _command(group, "schools", "导入学校名单:先逐行核对,再并入名单")
    schools.add_argument("file", metavar="LIST.xlsx")
    schools.add_argument("--dry-run", action="store_true")
    schools.add_argument("--accept", metavar="FILE", help="回答文件(JSON):其他区县的、停办的、隐藏的行要不要")
    _finish(schools, county_schools.schools)
    register = _command(group, "register", "学校名单:与名册不符之处;换码、更名等,采用、确认校区关系")
    register.add_argument("code", nargs="?", metavar="CODE", help="更改这所学校(现在的代码)")
    register.add_argument(
        "state",
        nargs="?",
        choices=[each.value for each in Act],
        help="换码要 --code,更名和新设要 --name,改类型要 --kind,校区要 --into;密钥等跟着学校走",
    )
    register.add_argument("--code", dest="new_code", metavar="NEW", help="换码:新代码")
    register.add_argument("--swap", action="store_true", help="换码:与现在用新代码的学校互换")
    register.add_argument("--on", metavar="YYYY-MM-DD", help="自哪一天起(默认今天)")
    register.add_argument("--document", metavar="TEXT", help="文号")
    register.add_argument("--name", metavar="NAME", help="更名、新设")
    register.add_argument("--kind", choices=[code for code, _ in SCHOOL_KIND.options], help="改类型")
    register.add_argument("--into", metavar="CODE", help="校区所属的学校;none 为独立学校")
    register.add_argument(
        "--take", nargs="+", metavar="CODE", help="采用这些学校所报的名称、类型、校区;all 为全部"
    )
    register.add_argument(
        "--confirm-links",
        nargs="+",
        metavar="CODE",
        help="旧工作簿的校区关系:确认这些学校的,其余不再有效;all 全部,none 一个不留",
    )
    register.add_argument("--reason", default="", metavar="TEXT", help="理由,和决定一起留存")
    _finish(register, county_register.register_)
    _finish(_command(group, "board", "各校上报情况"), county_board.board_)


def _keys(group: Any) -> None:  # noqa: ANN401 - argparse's private type
    """Add the county's keys: the passphrase comes from EDUAPP_PASSPHRASE_FILE, words from standard input."""
    round_ = _command(group, "round", "生成批次文件;还没有县级密钥的先建立,恢复词只显示一次")
    round_.add_argument("folder")
    _finish(round_, county_keys.round_)
    keys = _command(group, "keys", "县级密钥的状态")
    keys.add_argument(
        "--passphrase-demand", dest="demand", choices=("yes", "no"), help="要求学校给签名密钥设口令"
    )
    keys.add_argument("--due", metavar="YYYY-MM-DD", help="上报截止日期,空文字为未定")
    _finish(keys, county_keys.keys)
    accept = _command(group, "accept", "确认工作簿就是现在这样(这台电脑没见过它,或它失去了签名),由县签名")
    accept.add_argument("--reason", required=True, metavar="TEXT", help="理由,记入日志")
    _finish(accept, county_keys.accept)
    renew = _command(group, "renew", "换发县级密钥:恢复词(可接备用密钥)从标准输入读")
    renew.add_argument("--give-up", action="store_true", help="放弃再也打不开的加密文件")
    _finish(renew, county_keys.renew, json=False)
    _finish(_command(group, "drill", "备用密钥演练:各期备用密钥从标准输入读,一个接一个"), county_keys.drill)


def _records(args: argparse.Namespace) -> int:
    from db.records.catalog import RECORDS, SCHOOL_RECORDS  # noqa: PLC0415 - where records are named only

    # Scripts go through the whole answer with `school set`: a county's records are named one by one.
    chosen = [RECORDS[args.record]] if args.record else list(SCHOOL_RECORDS.values())
    if args.json:
        print_json(
            {
                "records": [
                    {
                        "name": spec.name,
                        "label": spec.label,
                        "rows": spec.rows,
                        "fields": [_field_json(field) for field in spec.fields.values()],
                    }
                    for spec in chosen
                ]
            }
        )
        return DONE
    for spec in chosen:
        say(f"{spec.name}  {spec.label}")
        for field in spec.fields.values():
            say(f"  {field.name}  {field.heading}  {field.item.kind.name}")
            if args.record and field.item.headings:
                say(f"      表头也可以写:{'、'.join(field.item.headings.split())}")
    return DONE


def _field_json(field: Field) -> dict[str, object]:
    """Shape a field; `headings` and `words` are the other words of the trade that a file may use."""
    kind = field.item.kind
    return {
        "name": field.name,
        "label": field.item.label,
        "unit": field.item.unit,
        "kind": kind.name,
        "limits": dict(kind.schema.get("constraints", {})),
        "personal": field.item.personal,
        "required": field.item.required,
        "headings": field.item.headings.split(),
        "words": dict(getattr(kind, "aliases", ())),
    }
