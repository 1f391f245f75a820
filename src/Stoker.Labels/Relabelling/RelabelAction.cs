namespace Stoker.Labels.Relabelling;

/// <summary>What a rule does; the names are those of Prometheus in lower case.</summary>
public enum RelabelAction
{
    /// <summary>Where the source value matches, sets the target label to the replacement; an empty one removes the label.</summary>
    Replace,

    /// <summary>Drops a target whose source value does not match.</summary>
    Keep,

    /// <summary>Drops a target whose source value matches.</summary>
    Drop,

    /// <summary>Drops a target whose source value is not the value of the target label.</summary>
    KeepEqual,

    /// <summary>Drops a target whose source value is the value of the target label.</summary>
    DropEqual,

    /// <summary>Sets the target label to the last 8 bytes of the MD5 hash of the source value, big endian, modulo the modulus.</summary>
    HashMod,

    /// <summary>Copies each label whose name matches to the name that the replacement gives.</summary>
    LabelMap,

    /// <summary>Removes the labels whose names match.</summary>
    LabelDrop,

    /// <summary>Removes the labels whose names do not match.</summary>
    LabelKeep,

    /// <summary>Sets the target label to the source value in lower case.</summary>
    Lowercase,

    /// <summary>Sets the target label to the source value in upper case.</summary>
    Uppercase,
}
