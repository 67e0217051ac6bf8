namespace Evercam.CameraClient.Digest;

/// <summary>A Digest challenge that can be answered.</summary>
internal sealed record DigestChallenge
{
    /// <summary>What the camera calls the place that it guards.</summary>
    public required string Realm { get; init; }

    /// <summary>The camera's number for this conversation.</summary>
    public required string Nonce { get; init; }

    /// <summary>To be given back as it is.</summary>
    public string? Opaque { get; init; }

    /// <summary>The algorithm's name as the camera wrote it; <see langword="null"/> if it wrote none and means MD5.</summary>
    public string? Algorithm { get; init; }

    /// <summary>The hash function that the algorithm's name means.</summary>
    public required DigestHash Hash { get; init; }

    /// <summary>Whether it is a <c>-sess</c> algorithm.</summary>
    public bool IsSession { get; init; }

    /// <summary>Whether the camera knows <c>qop=auth</c>; without, RFC 2069's older form is answered.</summary>
    public bool HasQop { get; init; }

    /// <summary>Whether the credential was right and only the nonce too old.</summary>
    public bool IsStale { get; init; }

    /// <summary>Whether the user name shall travel hashed.</summary>
    public bool WantsUserHash { get; init; }

    /// <summary>The best of all challenges in an answer's <c>WWW-Authenticate</c> headers: SHA-256 before MD5, else the first.
    /// <see langword="null"/> if none can be answered.</summary>
    public static DigestChallenge? Best(IEnumerable<string> headers)
    {
        var answerable = headers.SelectMany(ChallengeParser.ParseChallenges).Select(From).OfType<DigestChallenge>().ToList();
        return answerable.Find(challenge => challenge.Hash == DigestHash.Sha256) ?? answerable.FirstOrDefault();
    }

    private static DigestChallenge? From(Challenge challenge)
    {
        var qop = challenge["qop"];
        var (hash, isSession) = AlgorithmOf(challenge["algorithm"]);
        if (!Same(challenge.Scheme, "Digest") || challenge["nonce"] is not { } nonce || hash is null
            || !(string.IsNullOrWhiteSpace(qop) || OffersAuth(qop)) || !MayBeSentBack(challenge))
        {
            return null;
        }

        return new DigestChallenge
        {
            Realm = challenge["realm"] ?? string.Empty,
            Nonce = nonce,
            Opaque = challenge["opaque"],
            Algorithm = challenge["algorithm"],
            Hash = hash,
            IsSession = isSession,
            HasQop = !string.IsNullOrWhiteSpace(qop),
            IsStale = Same(challenge["stale"], "true"),
            WantsUserHash = Same(challenge["userhash"], "true"),
        };
    }

    private static (DigestHash? Hash, bool IsSession) AlgorithmOf(string? name) => name?.ToUpperInvariant() switch
    {
        null or "MD5" => (DigestHash.Md5, false),
        "MD5-SESS" => (DigestHash.Md5, true),
        "SHA-256" => (DigestHash.Sha256, false),
        "SHA-256-SESS" => (DigestHash.Sha256, true),
        _ => (null, false),
    };

    /// <summary>What is given back as it is must stay within its header.</summary>
    private static bool MayBeSentBack(Challenge challenge) =>
        new[] { challenge["realm"], challenge["nonce"], challenge["opaque"] }.All(value => !value.AsSpan().ContainsAny('\r', '\n', '\0'));

    private static bool OffersAuth(string qop) =>
        qop.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Any(option => Same(option, "auth"));

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
