using System.Globalization;

namespace Webhooks.LoadTest.Reporting;

/// <summary>What a figure should be.</summary>
internal sealed record Goal
{
    private readonly string _relation;
    private readonly double _bound;

    private Goal(string relation, double bound) => (_relation, _bound) = (relation, bound);

    public static Goal AtLeast(double bound) => new(">=", bound);

    public static Goal AtMost(double bound) => new("<=", bound);

    /// <summary>The figure of a check: nothing may be lost.</summary>
    public static Goal None { get; } = new("=", 0);

    public bool IsMetBy(double value) => _relation switch
    {
        ">=" => value >= _bound,
        "<=" => value <= _bound,
        _ => value == _bound,
    };

    public override string ToString() => _relation + _bound.ToString(CultureInfo.InvariantCulture);
}
