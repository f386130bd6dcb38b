/// What every store must keep that many nodes share; a store that is no `SharedStore` fails all of it.
package enum SharedStoreConformance {
    /// All promises; each wants a fixture of its own.
    package static let cases: [ConformanceCase] = CutCases.all + LeaseCases.all + NodeCases.all
}
