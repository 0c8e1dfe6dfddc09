namespace Webhooks.Catalog;

/// <summary>
/// Says of a type that it is the data of an event type. It is registered by
/// <c>AddEventType&lt;T&gt;()</c>, or with all others of an assembly by the methods that are generated when it is compiled:
/// <c>AddDiscoveredEventTypes()</c> and <c>AddEventTypesFrom…()</c>.
/// </summary>
/// <param name="name">The name: segments of <c>A-Z a-z 0-9 _ -</c> joined by full stops, at most 128 characters.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class WebhookEventAttribute(string name) : Attribute
{
    /// <summary>The name of the event type.</summary>
    public string Name { get; } = name;

    /// <summary>What happened when it is sent, for people. Default: that of a <c>[Description]</c> of the type, if it has one.</summary>
    public string? Description { get; set; }

    /// <summary>The heading that it stands under where the catalog is shown to people. Default: none.</summary>
    public string? Group { get; set; }

    /// <summary>Words that it can be found by. Default: none.</summary>
    public string[] Tags { get; set; } = [];

    /// <summary>
    /// The version that brought this form of the data. Several types may have the same name and different versions; of these, all but the
    /// newest are <see cref="IOlderEventVersion{TNewer,TSelf}"/> of the next newer one. Default: none.
    /// </summary>
    public string? Version { get; set; }

    /// <summary>Whether nobody should subscribe to it any more. Default: false, unless <see cref="Successor"/> or <see cref="DeprecationReason"/> is set.</summary>
    public bool IsDeprecated { get; set; }

    /// <summary>The name of the event type that takes its place: then it is deprecated. Default: none.</summary>
    public string? Successor { get; set; }

    /// <summary>Why it is deprecated, and until when it is sent: then it is. Default: nothing to say.</summary>
    public string? DeprecationReason { get; set; }
}
