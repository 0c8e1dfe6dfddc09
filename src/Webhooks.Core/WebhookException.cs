namespace Webhooks;

/// <summary>The base of every exception that this library makes.</summary>
public abstract class WebhookException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The cause, if another exception is it.</param>
    protected WebhookException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
