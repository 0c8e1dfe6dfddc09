using Microsoft.Extensions.DependencyInjection;
using Webhooks.Endpoints;
using Webhooks.Operations;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of docs/operational-events.md.</summary>
internal static class OperationalEventSnippets
{
    public static void Handle(IWebhooksBuilder webhooks)
    {
        webhooks.AddOperationalEventHandler<Pager>();
    }

    public static async Task<CreatedEndpoint> ReceiveAsync(IWebhooksBuilder webhooks, IWebhookEndpoints endpoints)
    {
        webhooks.AddOperationalEvents();

        var created = await endpoints.CreateAsync(
            new EndpointSettings { Url = "https://ops.example.com/webhooks", EventTypes = ["webhooks.endpoint.*", "webhooks.delivery.exhausted"] },
            new CreateEndpointOptions { TenantId = WebhooksDefaults.OperationalTenantId });

        return created;
    }

    public interface ICustomerMail
    {
        Task SendAsync(string tenantId, string text, string key, CancellationToken cancellationToken);
    }

    public sealed class Pager(ICustomerMail mail) : IOperationalEventHandler
    {
        public Task HandleAsync(OperationalEvent operationalEvent, CancellationToken cancellationToken) => operationalEvent.Data switch
        {
            EndpointDisabled { Cause: not DisableCause.Person } disabled =>
                mail.SendAsync(disabled.TenantId, $"{disabled.Host} is disabled: {disabled.Reason}", operationalEvent.Id, cancellationToken),
            DeliveryExhausted exhausted =>
                mail.SendAsync(exhausted.TenantId, $"{exhausted.MessageId} was given up.", operationalEvent.Id, cancellationToken),
            _ => Task.CompletedTask,
        };
    }
}
