using Microsoft.Extensions.Options;
using Webhooks.Addresses;
using Webhooks.Dispatching;
using Webhooks.Http;
using Webhooks.Signing;

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

        if (options.CircuitBreaker.MaxBreakDuration < options.CircuitBreaker.BreakDuration)
        {
            result.AddError(
                $"must not be less than {nameof(CircuitBreakerOptions.BreakDuration)} ({options.CircuitBreaker.BreakDuration}); "
                    + $"it is {options.CircuitBreaker.MaxBreakDuration}.",
                "CircuitBreaker.MaxBreakDuration");
        }

        if (options.UserAgent is { } userAgent && userAgent.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            result.AddError("must be visible ASCII and spaces, as in a header (RFC 9110, section 5.5).", "UserAgent");
        }

        if (options.Connections.Proxy is { } proxy && ConnectionOptions.ReadProxy(proxy) is null)
        {
            // Not repeated: it may hold a password.
            result.AddError(
                "must be an http, https or socks5 URL with a port, such as http://proxy.internal:3128, without user info and path. "
                    + "Credentials of a proxy are set on the handler, with ConfigureHttpClient.",
                "Connections.Proxy");
        }

        foreach (var (field, problem) in AddressRulesCheck.FindProblems(options.Addresses))
        {
            result.AddError(problem, $"Addresses.{field}");
        }

        foreach (var (scheme, settings) in options.Signing.Schemes)
        {
            if (!SigningSchemeRules.IsName(scheme))
            {
                result.AddError($"is not the name of a scheme: 1 to {SigningSchemeRules.MaxNameLength} of A-Z, a-z, 0-9, '_' and '-'.", $"Signing.Schemes[{scheme}]");
            }

            foreach (var (field, problem) in SigningSchemeRules.FindProblems(settings))
            {
                result.AddError(problem, $"Signing.Schemes[{scheme}].{field}");
            }
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
