namespace Webhooks.Validation;

/// <summary>Collects the rules that one input breaks, so that its owner hears of all of them at once.</summary>
internal sealed class ValidationErrors
{
    private List<WebhookValidationError>? _errors;

    public bool IsEmpty => _errors is null;

    public void Add(string field, string rule, string? value, string message) =>
        (_errors ??= []).Add(new WebhookValidationError(field, rule, value, message));

    public void AddAll(ValidationErrors others) => (_errors ??= []).AddRange(others._errors ?? []);

    public void ThrowIfAny()
    {
        if (_errors is not null)
        {
            throw new WebhookValidationException(_errors);
        }
    }
}
