import Planning
import Testing

@Suite("Declared types")
struct DeclaredTypeTests {
    static let int64 = ValueType.integer(min: .min, max: .max)

    @Test(
        "A declared type is read in any case and spacing",
        arguments: [
            ("INTEGER", int64), ("int", int64), ("BigInt", int64), ("INT8", int64),
            ("UNSIGNED BIG INT", .integer(min: 0, max: .max)),
            ("SMALLINT", .integer(min: -32_768, max: 32_767)), ("TINYINT", .integer(min: -128, max: 255)),
            ("int4", .integer(min: -2_147_483_648, max: 2_147_483_647)),
            ("REAL", .real), ("double  precision", .real), ("FLOAT", .real), ("float(24)", .real),
            ("DECIMAL(10,2)", .decimal(precision: 10, scale: 2)),
            ("numeric ( 8 , 3 )", .decimal(precision: 8, scale: 3)),
            ("NUMERIC", .decimal(precision: nil, scale: nil)),
            ("DECIMAL(5)", .decimal(precision: 5, scale: 0)),
            ("BOOLEAN", .boolean), ("Bool", .boolean), ("DATE", .date), ("DATETIME", .timestamp),
            ("timestamptz", .timestamp), ("TIMESTAMP(6) WITH TIME ZONE", .timestamp), ("TIME", .time),
            ("UUID", .uuid), ("json", .json), ("JSONB", .json), ("TEXT", .text(lengthMax: nil)),
            ("CLOB", .text(lengthMax: nil)), ("VARCHAR(30)", .text(lengthMax: 30)),
            (" character ( 4 ) ", .text(lengthMax: 4)), ("nvarchar(100)", .text(lengthMax: 100)),
            ("VARCHAR(MAX)", .text(lengthMax: nil)), ("CHARACTER VARYING(9)", .text(lengthMax: 9)),
            ("BLOB", .blob), ("VARBINARY(16)", .blob), ("", .any), ("POINT", .any), ("MONEY(", .any),
        ] as [(String, ValueType)])
    func reads(declared: String, type: ValueType) {
        #expect(DeclaredType.valueType(declared) == type)
    }
}
