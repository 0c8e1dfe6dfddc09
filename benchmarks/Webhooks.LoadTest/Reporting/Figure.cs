namespace Webhooks.LoadTest.Reporting;

/// <summary>One measured number.</summary>
/// <param name="Scenario">The scenario that measured it.</param>
/// <param name="Store">The store under test.</param>
/// <param name="Variant">Which of the scenario's variants, such as <c>fan-out 1</c>.</param>
/// <param name="Name">What it is, in words joined by underscores.</param>
/// <param name="Value">The number.</param>
/// <param name="Goal">What it should be, or null where it is for information.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="IsCheck">Whether the run fails when the goal is not met.</param>
internal sealed record Figure(
    string Scenario, string Store, string Variant, string Name, double Value, Goal? Goal, string Unit, bool IsCheck)
{
    public bool? IsMet => Goal is { } goal ? double.IsFinite(Value) && goal.IsMetBy(Value) : null;
}
