/// Why the tests' PostgreSQL server did not do what it was told.
package struct HarnessFailure: Error, CustomStringConvertible {
    /// What the program said.
    package var message: String

    /// What the program said.
    package var description: String { message }
}
