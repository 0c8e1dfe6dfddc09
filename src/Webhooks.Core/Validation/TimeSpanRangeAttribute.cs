using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Webhooks.Validation;

/// <summary>The range of a time in the options. <see cref="RangeAttribute"/> has none for times that survives trimming.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeSpanRangeAttribute(string minimum, string maximum) : ValidationAttribute
{
    public string Minimum { get; } = minimum;

    public string Maximum { get; } = maximum;

    public override bool IsValid(object? value) =>
        value is null
        || (value is TimeSpan time
        && time >= TimeSpan.Parse(Minimum, CultureInfo.InvariantCulture)
        && time <= TimeSpan.Parse(Maximum, CultureInfo.InvariantCulture));

    public override string FormatErrorMessage(string name) =>
        $"The field {name} must be between {Minimum} and {Maximum}.";
}
