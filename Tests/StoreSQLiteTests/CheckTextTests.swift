import Testing

@testable import StoreSQLite

@Suite("CHECK constraints in a table's text")
struct CheckTextTests {
    @Test(
        "constraints are found in the text of a table",
        arguments: [
            ("CREATE TABLE t (a CHECK (a > 0), b)", ["a > 0"]),
            ("CREATE TABLE t (a CHECK(a IN ('check (x)', ')')))", ["a IN ('check (x)', ')')"]),
            (
                "CREATE TABLE \"check (\" (a, -- CHECK (no)\n b /* CHECK (no) */, CONSTRAINT n CHECK ((a) = (b)))",
                ["(a) = (b)"]
            ),
            ("CREATE TABLE t (checked TEXT)", []), ("", []), ("CREATE TABLE t (a CHECK (", []),
        ])
    func checks(_ sql: String, _ expected: [String]) {
        #expect(CheckText.checks(in: sql) == expected)
    }
}
