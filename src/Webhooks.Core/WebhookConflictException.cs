namespace Webhooks;

/// <summary>
/// A change was based on a state that is no longer current (another change came between), or its id is taken. Nothing was
/// changed; read again and decide anew.
/// </summary>
/// <param name="message">What the conflict is and what to do.</param>
public class WebhookConflictException(string message) : WebhookException(message);
