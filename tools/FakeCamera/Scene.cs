namespace Evercam.FakeCameras;

/// <summary>What a camera looks at.</summary>
public enum Scene
{
    /// <summary>A tower crane, and a building that grows floor by floor through the hour.</summary>
    BuildingSite,

    /// <summary>Shops, people on the pavement, cars.</summary>
    Street,

    /// <summary>Fields, cows, a windmill.</summary>
    Farm,

    /// <summary>Boats, waves, a lighthouse.</summary>
    Harbour,
}
