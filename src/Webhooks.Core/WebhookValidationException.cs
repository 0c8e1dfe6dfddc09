namespace Webhooks;

/// <summary>Input broke one or more rules; nothing was changed.</summary>
public sealed class WebhookValidationException : WebhookException
{
    /// <summary>Makes one for a single broken rule.</summary>
    /// <param name="field">The field, in the spelling of the caller's object (<c>url</c>, <c>eventTypes[1]</c>).</param>
    /// <param name="rule">The rule's short name (<c>required</c>, <c>length</c>, <c>https</c>).</param>
    /// <param name="value">The value that broke it, shortened; null for a missing or a secret one.</param>
    /// <param name="message">What is wrong and what to do, as a sentence that follows the field's name.</param>
    /// <param name="innerException">The cause, if another exception is it.</param>
    public WebhookValidationException(
        string field, string rule, string? value, string message, Exception? innerException = null)
        : this([new WebhookValidationError(field, rule, value, message)], innerException)
    {
    }

    /// <summary>Makes one for several broken rules.</summary>
    /// <param name="errors">The broken rules; at least one.</param>
    /// <param name="innerException">The cause, if another exception is it.</param>
    public WebhookValidationException(IReadOnlyList<WebhookValidationError> errors, Exception? innerException = null)
        : base(string.Join(Environment.NewLine, errors), innerException) => Errors = errors;

    /// <summary>The broken rules, in the order of the fields.</summary>
    public IReadOnlyList<WebhookValidationError> Errors { get; }
}
