namespace Webhooks.Catalog;

/// <summary>The data of an older version of an event type that knows how it is made of the newer one.</summary>
/// <typeparam name="TNewer">The data of the next newer version.</typeparam>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IOlderEventVersion<in TNewer, out TSelf>
    where TSelf : IOlderEventVersion<TNewer, TSelf>
{
    /// <summary>
    /// Makes the older form. It is called at each attempt, and has to give the same for the same. When it throws, the attempt fails.
    /// </summary>
    /// <param name="newer">The data in the newer form.</param>
    static abstract TSelf FromNewer(TNewer newer);
}
