using Microsoft.Extensions.Options;
using Webhooks.Addresses;
using Webhooks.Dispatching;

namespace Webhooks.Validation;

/// <summary>The rules between settings, and those that an attribute cannot say.</summary>
internal sealed class WebhooksOptionsRules : IValidateOptions<WebhooksOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhooksOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        var dispatcher = options.Dispatcher;
        if (dispatcher.LeaseDuration < dispatcher.AttemptTimeout * 2)
        {
            result.AddError(
                $"must be at least twice {nameof(DispatcherOptions.AttemptTimeout)} ({dispatcher.AttemptTimeout}), "
                    + $"so that a lease outlives its attempt; it is {dispatcher.LeaseDuration}.",
                "Dispatcher.LeaseDuration");
        }

        if (options.UserAgent is { } userAgent && userAgent.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            result.AddError("must be visible ASCII and spaces, as in a header (RFC 9110, section 5.5).", "UserAgent");
        }

        foreach (var (field, problem) in AddressRulesCheck.FindProblems(options.Addresses))
        {
            result.AddError(problem, $"Addresses.{field}");
        }

        if (options.Retry.Delays is { } delays)
        {
            try
            {
                _ = new RetrySchedule([.. delays]);
            }
            catch (WebhookValidationException exception)
            {
                result.AddError(exception.Message, "Retry.Delays");
            }
        }

        return result.Build();
    }
}
