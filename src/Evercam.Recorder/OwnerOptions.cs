using System.ComponentModel.DataAnnotations;

namespace Evercam.Recorder;

/// <summary>What the cameras of one owner may take of the archive.</summary>
public sealed class OwnerOptions
{
    /// <summary>Where people set them.</summary>
    public const string Section = "Evercam:Archive";

    /// <summary>How many bytes the pictures of all cameras of one owner may take together before the oldest of them go. What is marked to be
    /// kept, dated ahead or of the running hour counts and stays; where that alone is as much, none of these cameras' pictures is taken in. To be
    /// set where strangers may sign up. Default: no bound.</summary>
    [Range(1, long.MaxValue)]
    public long? BytesPerOwner { get; init; }
}
