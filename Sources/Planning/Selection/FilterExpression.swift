package import Formats

/// A filter as a dialect read it: names and values are not yet held against the table.
package indirect enum FilterExpression: Hashable, Sendable {
    /// True when all are; an empty one is true.
    case all([FilterExpression])
    /// True when one is; an empty one is false.
    case any([FilterExpression])
    case not(FilterExpression)
    case term(Term)

    /// One column and what is asked of it.
    package struct Term: Hashable, Sendable {
        package var column: String
        package var test: FilterTest
        /// The operand as sent: an array for `in`, a boolean for `isNull`, a single value otherwise.
        package var value: JSONValue
        /// Where it stands in the request, for messages: `filters.status.in`.
        package var place: String

        package init(column: String, test: FilterTest, value: JSONValue, place: String) {
            self.column = column
            self.test = test
            self.value = value
            self.place = place
        }
    }
}
