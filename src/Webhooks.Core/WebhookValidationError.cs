namespace Webhooks;

/// <summary>One broken rule.</summary>
public sealed record WebhookValidationError
{
    private const int MaxValueLength = 100;

    /// <summary>Makes one.</summary>
    /// <param name="field">The field, in the spelling of the caller's object.</param>
    /// <param name="rule">The rule's short name.</param>
    /// <param name="value">The value that broke it; it is shortened to 100 characters. Null for a missing or a secret one.</param>
    /// <param name="message">What is wrong and what to do, as a sentence that follows the field's name.</param>
    public WebhookValidationError(string field, string rule, string? value, string message)
    {
        Field = field;
        Rule = rule;
        Value = value is { Length: > MaxValueLength } ? string.Concat(value.AsSpan(0, MaxValueLength), "…") : value;
        Message = message;
    }

    /// <summary>The field that broke the rule, in camel case, with an index for an element of a list: <c>eventTypes[1]</c>.</summary>
    public string Field { get; }

    /// <summary>The rule's short name: stable, for programs.</summary>
    public string Rule { get; }

    /// <summary>The value that broke it, at most 100 characters of it; null for a missing or a secret one.</summary>
    public string? Value { get; }

    /// <summary>What is wrong and what to do: for people.</summary>
    public string Message { get; }

    /// <summary>Field, message, value and rule in one line.</summary>
    public override string ToString() =>
        Value is null ? $"{Field}: {Message} [{Rule}]" : $"{Field}: {Message} Value: '{Value}'. [{Rule}]";
}
