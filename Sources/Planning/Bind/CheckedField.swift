/// What checking one field came to.
enum CheckedField: Equatable {
    case good(BoundValue)
    /// Read over.
    case nothing
    case bad(FieldProblem)
}
