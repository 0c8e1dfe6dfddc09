using System.Text.Json;
using Microsoft.Extensions.Options;
using Webhooks.Catalog.Schemas;
using Webhooks.Publishing;

namespace Webhooks.Catalog;

/// <summary>What has to be right of the catalog as a whole before the host starts.</summary>
internal sealed class CatalogChecks(
    IEventCatalog catalog,
    IWebhookEnvelope envelope,
    EnvelopeShapes shapes,
    EventSchemas schemas,
    IOptions<WebhooksOptions> options,
    IOptions<WebhookJsonOptions> jsonOptions)
{
    private readonly JsonSerializerOptions _jsonOptions = jsonOptions.Value.SerializerOptions;

    /// <summary>Checks the catalog.</summary>
    /// <exception cref="WebhookValidationException">An event type or one of its examples is wrong.</exception>
    /// <exception cref="OptionsValidationException">The application's version is none of the catalog's.</exception>
    public void Run()
    {
        if (options.Value.EventVersion is { } version && EventVersionName.FindProblem(version, catalog) is { } problem)
        {
            throw new OptionsValidationException(
                nameof(WebhooksOptions), typeof(WebhooksOptions), [$"EventVersion '{version}' {problem}"]);
        }

        foreach (var eventType in catalog.EventTypes)
        {
            CheckEnvelope(eventType);
            CheckExamples(eventType);
        }
    }

    private void CheckEnvelope(EventType eventType)
    {
        if (eventType.OlderVersions.Count > 0 && shapes.Of(eventType.Name).Problem is { } obstacle)
        {
            throw new WebhookValidationException(
                "eventType",
                "envelope",
                eventType.Name,
                $"has older versions, but the envelope '{envelope.GetType()}' {obstacle}. Payloads are converted from what is stored, "
                    + "which has to say in which version it is.");
        }
    }

    private void CheckExamples(EventType eventType)
    {
        var forms = EventForm.Of(eventType);
        for (var i = 0; i < forms.Length; i++)
        {
            if (forms[i].Examples.Count == 0)
            {
                continue;
            }

            var schema = Try(forms[i], null, () => schemas.OfData(forms[i]));
            foreach (var example in forms[i].Examples)
            {
                var json = Try(forms[i], example, () => JsonSerializer.SerializeToElement(example.Value, forms[i].GetTypeInfo(_jsonOptions)));
                if (SchemaValidator.Find(schema, json) is { } problem)
                {
                    throw Wrong(forms[i], example, $"does not match the schema of its type: {problem.Path} {problem.Problem}.");
                }

                if (i < forms.Length - 1)
                {
                    // As an endpoint of the version before would get it.
                    Try(forms[i], example, () => Convert(json, forms.AsSpan(i..)));
                }
            }
        }
    }

    private object? Convert(JsonElement json, ReadOnlySpan<EventForm> forms)
    {
        var value = json.Deserialize(forms[0].GetTypeInfo(_jsonOptions))
            ?? throw new InvalidOperationException("It is null, which has no older form.");
        foreach (var form in forms[1..])
        {
            value = form.Older!.Convert(value);
            _ = JsonSerializer.SerializeToElement(value, form.GetTypeInfo(_jsonOptions));
        }

        return value;
    }

    private static T Try<T>(EventForm form, EventExample? example, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception)
        {
            throw Wrong(form, example, $"cannot be used: {exception.GetType().Name}: {exception.Message}", exception);
        }
    }

    private static WebhookValidationException Wrong(EventForm form, EventExample? example, string message, Exception? cause = null) => new(
        "eventType.examples",
        "example",
        example?.Name,
        $"of event type {form}, of type '{form.DataType}', {message}",
        cause);
}
