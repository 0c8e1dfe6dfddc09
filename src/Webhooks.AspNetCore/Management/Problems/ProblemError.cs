using System.ComponentModel;

namespace Webhooks.AspNetCore.Management.Problems;

/// <summary>One field of a request that breaks a rule.</summary>
internal sealed record ProblemError
{
    [Description("The field of the body, or the query parameter or header; with an index for an element of a list.")]
    public required string Field { get; init; }

    [Description("The rule that it breaks: stable, for programs.")]
    public required string Rule { get; init; }

    [Description("What is wrong and what to do, as a sentence that follows the field's name.")]
    public required string Detail { get; init; }

    [Description("The value that breaks it, at most 100 characters of it; null for a missing or a secret one.")]
    public string? Value { get; init; }
}
