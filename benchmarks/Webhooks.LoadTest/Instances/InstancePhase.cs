namespace Webhooks.LoadTest.Instances;

/// <summary>What some instances did in one phase.</summary>
/// <param name="PerSecond">How many deliveries arrived in a second of the steady state.</param>
/// <param name="WorkEach">How many statements each took.</param>
/// <param name="Published">Each instance's share of what was published.</param>
/// <param name="Attempted">Each instance's share of the attempts.</param>
/// <param name="TooManyAttempts">How many attempts there were beyond one for each delivery: none fails here.</param>
internal sealed record InstancePhase(
    double PerSecond,
    double WorkEach,
    IReadOnlyList<double> Published,
    IReadOnlyList<double> Attempted,
    long TooManyAttempts);
