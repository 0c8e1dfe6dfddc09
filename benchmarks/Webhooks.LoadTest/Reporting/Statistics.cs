namespace Webhooks.LoadTest.Reporting;

/// <summary>Orders what was measured.</summary>
internal static class Statistics
{
    public static double Median(this IEnumerable<double> values) => values.Quantile(0.5);

    /// <summary>The value that so large a part of the values does not exceed.</summary>
    public static double Quantile(this IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        var place = part * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}
