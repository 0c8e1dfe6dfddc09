using System.Text;
using Webhooks.Http;

namespace Webhooks.Core.Tests.Engine;

/// <summary>A request as its receiver saw it.</summary>
internal sealed record ReceivedRequest(
    int Number, Uri Url, DateTimeOffset At, byte[] Body, IReadOnlyDictionary<string, string> Headers, WebhookRequest? Attempt)
{
    public string MessageId => Headers["webhook-id"];

    public string Text => Encoding.UTF8.GetString(Body);
}
