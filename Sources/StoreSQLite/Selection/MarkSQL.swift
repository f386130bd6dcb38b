import BulkModel
import Planning

/// Whether a record is marked, as SQL that is 1 or 0 and never NULL.
enum MarkSQL {
    /// True when it is archived or deleted: a time counts whenever it is.
    static func isSet(_ mark: Mark) -> SQLFragment {
        let name = Identifier.quoted(mark.column.name)
        return switch mark.meaning {
        case .time: SQLFragment("(\(name) IS NOT NULL)")
        case .flag: flag(name)
        case .value(let value): SQLFragment("(\(name) IS ?)", .text(value))
        }
    }

    /// True when it is locked: a time counts while it is in the future.
    static func isLocked(_ mark: Mark, at now: Timestamp) -> SQLFragment {
        guard mark.meaning == .time else { return isSet(mark) }
        let instant = ValueForm.instant(Identifier.quoted(mark.column.name))
        return SQLFragment("coalesce(\(instant) > julianday(?), 0)", .text(now.rfc3339))
    }

    /// The opposite of `isSet`, spelled so that an index can help.
    static func isClear(_ mark: Mark) -> SQLFragment {
        let name = Identifier.quoted(mark.column.name)
        return switch mark.meaning {
        case .time: SQLFragment("\(name) IS NULL")
        case .flag: SQLFragment("NOT ") + flag(name)
        case .value(let value): SQLFragment("\(name) IS NOT ?", .text(value))
        }
    }

    /// SQLite has no truth values of its own: other programs write them as numbers or as words.
    private static func flag(_ name: String) -> SQLFragment {
        SQLFragment("coalesce(\(name) IS TRUE OR lower(\(name)) IN (\(TruthSQL.trueWords)), 0)")
    }
}
