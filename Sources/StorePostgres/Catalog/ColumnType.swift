import Planning

/// A type that columns have, followed through its domains to the type below.
struct ColumnType {
    /// Oid of the type below.
    let base: Int
    /// Its name in pg_type; arrays begin with `_`.
    let name: String
    let schema: String
    /// `typtype`: b(ase), c(omposite), e(num), m(ultirange), r(ange).
    let kind: String
    let isArray: Bool
    /// The domain's own modifier; -1 when it is the column's that counts.
    let modifier: Int
    /// NOT NULL and DEFAULT of the domain.
    let isNotNull: Bool
    let defaultSQL: String?
    /// False where there is no equality that tells all values apart.
    let isComparable: Bool

    /// What values the type admits; `any` for what the database alone can judge.
    func valueType(modifier columnModifier: Int) -> ValueType {
        guard !isArray else { return .any }
        if kind == "e" { return .text(lengthMax: nil) }
        if name == "citext" { return .text(lengthMax: nil) }
        guard schema == "pg_catalog", kind == "b" else { return .any }
        return builtIn(modifier: modifier >= 0 ? modifier : columnModifier)
    }

    /// A timestamp without time zone ignores the offset in its text ("Time Stamps", 8.5.1.3).
    var keptForm: KeptForm? {
        !isArray && schema == "pg_catalog" && kind == "b" && name == "timestamp" ? .withoutOffset : nil
    }

    private func builtIn(modifier: Int) -> ValueType {
        switch name {
        case "int2": .integer(min: -32_768, max: 32_767)
        case "int4": .integer(min: -(1 << 31), max: 1 << 31 - 1)
        case "int8": .integer(min: .min, max: .max)
        case "numeric": Self.decimal(modifier: modifier)
        case "float4", "float8": .real
        case "bool": .boolean
        case "text": .text(lengthMax: nil)
        case "varchar", "bpchar": .text(lengthMax: modifier >= 4 ? modifier - 4 : nil)
        case "date": .date
        case "timestamp", "timestamptz": .timestamp
        case "time": .time
        case "uuid": .uuid
        case "json", "jsonb": .json
        case "bytea": .blob
        default: .any
        }
    }

    /// Precision in the upper half, an 11-bit signed scale below, 4 added (numeric.c, `make_numeric_typmod`).
    /// A scale outside 0 to precision (since PostgreSQL 15) is the database's own business.
    private static func decimal(modifier: Int) -> ValueType {
        guard modifier >= 4 else { return .decimal(precision: nil, scale: nil) }
        let packed = modifier - 4
        let precision = packed >> 16 & 0xFFFF
        let scale = (packed & 0x7FF ^ 0x400) - 0x400
        guard (0...precision).contains(scale) else { return .decimal(precision: nil, scale: nil) }
        return .decimal(precision: precision, scale: scale)
    }
}
