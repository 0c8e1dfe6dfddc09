using System.Globalization;

namespace Webhooks.Dispatching;

/// <summary>
/// How many attempts may be made in a time, on all instances together. They are spread out evenly: with 5 a second one starts every
/// 200 ms, and none is saved up for later.
/// </summary>
/// <param name="Count">How many attempts, 1 to 10,000.</param>
/// <param name="Period">In which time, 1 second to 1 day.</param>
public sealed record RateLimit(int Count, TimeSpan Period)
{
    /// <summary>The most attempts of a limit.</summary>
    public const int MaxCount = 10_000;

    /// <summary>The shortest period: 1 second.</summary>
    public static readonly TimeSpan MinPeriod = TimeSpan.FromSeconds(1);

    /// <summary>The longest period: 1 day.</summary>
    public static readonly TimeSpan MaxPeriod = TimeSpan.FromDays(1);

    /// <summary>The time between two attempts.</summary>
    internal TimeSpan Interval => IsValid
        ? Period / Count
        : throw new WebhookValidationException("rateLimit", "range", ToString(), $"is {Rule}");

    internal bool IsValid => Count is >= 1 and <= MaxCount && Period >= MinPeriod && Period <= MaxPeriod;

    internal static string Rule { get; } = string.Create(
        CultureInfo.InvariantCulture, $"1 to {MaxCount} attempts in a period of 1 second to 1 day.");

    /// <summary>So many attempts a second.</summary>
    /// <param name="count">How many, 1 to 10,000.</param>
    public static RateLimit PerSecond(int count) => new(count, TimeSpan.FromSeconds(1));
}
