namespace Webhooks.Catalog.Comparison;

/// <summary>The kinds of changes of a catalog, as those see them who read its payloads.</summary>
public enum EventCatalogRule
{
    /// <summary>An event type is new.</summary>
    EventTypeAdded,

    /// <summary>An event type is gone: breaking.</summary>
    EventTypeRemoved,

    /// <summary>An event type is deprecated now.</summary>
    EventTypeDeprecated,

    /// <summary>An event type has a new form; endpoints of older versions keep theirs.</summary>
    VersionAdded,

    /// <summary>A form is gone, so endpoints of its version get another: breaking.</summary>
    VersionRemoved,

    /// <summary>
    /// A new form has a version that is not newer than all that there were, so endpoints of a version between would get it unasked: breaking.
    /// </summary>
    VersionNotNewest,

    /// <summary>A field is new.</summary>
    FieldAdded,

    /// <summary>A field is gone: breaking.</summary>
    FieldRemoved,

    /// <summary>A field that was always there may be missing: breaking.</summary>
    MayBeMissing,

    /// <summary>A field that could be missing is always there.</summary>
    AlwaysThere,

    /// <summary>A value that was never null may be: breaking.</summary>
    MayBeNull,

    /// <summary>A value that could be null never is.</summary>
    NeverNull,

    /// <summary>A value may be of a type that it was not: breaking.</summary>
    TypeChanged,

    /// <summary>A value is of fewer types.</summary>
    TypeNarrowed,

    /// <summary>A value may be one that was not in the list: breaking.</summary>
    ValueAdded,

    /// <summary>A value is one of fewer.</summary>
    ValueRemoved,

    /// <summary>A value has another format or breaks a rule that it kept: breaking.</summary>
    ConstraintChanged,

    /// <summary>A value keeps a rule that it did not.</summary>
    ConstraintAdded,

    /// <summary>A value has a form that none of the old ones can stand for: breaking.</summary>
    FormAdded,

    /// <summary>A value does not have one of its forms any more.</summary>
    FormRemoved,
}
