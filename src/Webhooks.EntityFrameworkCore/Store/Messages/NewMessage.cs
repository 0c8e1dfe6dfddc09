using Webhooks.EntityFrameworkCore.Store.Endpoints;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Publishing;

namespace Webhooks.EntityFrameworkCore.Store.Messages;

/// <summary>A message of an append that was not there.</summary>
/// <param name="Index">Its place in the batch.</param>
/// <param name="Message">The message.</param>
/// <param name="Row">Its row.</param>
/// <param name="Endpoints">Where it goes to.</param>
internal sealed record NewMessage(int Index, WebhookMessage Message, MessageRow Row, List<EndpointMatch> Endpoints);
