import BulkModel
import Planning
import Testing

@Suite("Empty cells, NULL and JSON kinds")
struct EmptyAndNullTests {
    @Test(
        "An unquoted empty cell means what the job says",
        arguments: [
            (EmptyMeaning.absent, "TEXT", "absent"), (.null, "TEXT", "null"), (.text, "TEXT", "text "),
            (.absent, "INTEGER", "absent"), (.null, "INTEGER", "null"),
            (.text, "INTEGER", "\"\" is not an integer"),
        ])
    func bareEmpty(meaning: EmptyMeaning, declared: String, expected: String) {
        #expect(outcome("", declared, emptyIs: meaning) == expected)
    }

    @Test(
        "A quoted empty cell is the empty text, whatever the job says", arguments: EmptyMeaning.allCases)
    func quotedEmpty(meaning: EmptyMeaning) {
        #expect(outcome(.quoted(""), "TEXT", emptyIs: meaning) == "text ")
        #expect(outcome(.quoted(""), "INTEGER", emptyIs: meaning) == "\"\" is not an integer")
        #expect(outcome(.quoted(""), "DATE", emptyIs: meaning) == "\"\" is not a date (YYYY-MM-DD)")
    }

    @Test(
        "Only an unquoted #N/A and the JSON null are NULL",
        arguments: [
            (Cell.bare("#N/A"), "null"), (.quoted("#N/A"), "text #N/A"), (.string("#N/A"), "text #N/A"),
            (.bare("#n/a"), "text #n/a"), (.null, "null"), (.string("null"), "text null"),
            (.absent, "absent"),
            (.string(""), "text "),
        ])
    func null(cell: Cell, expected: String) {
        #expect(outcome(cell, "TEXT") == expected)
    }

    @Test(
        "JSON values fit columns by what they say",
        arguments: [
            (Cell.number("12"), "INTEGER", "int 12"),
            (.number("1.5"), "INTEGER", "\"1.5\" is not an integer"),
            (.string("12"), "INTEGER", "int 12"), (.string("12x"), "INTEGER", "\"12x\" is not an integer"),
            (.true, "INTEGER", "\"true\" is not an integer"), (.number("12"), "TEXT", "text 12"),
            (.true, "BOOLEAN", "int 1"), (.false, "BOOLEAN", "int 0"), (.number("1"), "BOOLEAN", "int 1"),
            (.raw("[1]"), "JSON", "text [1]"), (.raw("[1]"), "TEXT", "text [1]"),
            (.raw("[1]"), "INTEGER", "\"[1]\" is not an integer"),
            (.raw("{}"), "BOOLEAN", "\"{}\" is not a boolean (true or false)"),
            (.number("3"), "JSON", "text 3"), (.string("abc"), "JSON", "\"abc\" is not JSON"),
            (.string("{\"a\":1}"), "JSON", "text {\"a\":1}"), (.number("7"), "", "int 7"),
            (.number("7.5"), "", "real 7.5"),
            (.string("7"), "", "text 7"), (.number("10.50"), "DECIMAL(5,2)", "text 10.50"),
        ])
    func json(cell: Cell, declared: String, expected: String) {
        #expect(outcome(cell, declared) == expected)
    }
}
