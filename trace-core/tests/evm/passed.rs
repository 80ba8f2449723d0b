//! What moved inside of the transactions of block 20 472 570 and only its balances tell.

pub(crate) const WETH: &str = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";

/// What contracts passed on inside of a transaction, which no node was asked to trace.
pub(crate) struct Passed {
    pub(crate) transaction: &'static str,
    pub(crate) why: &'static str,
    /// From, to, wei.
    pub(crate) calls: &'static [(&'static str, &'static str, u64)],
}

const WRAPS: &str = "coin that it is sent is wrapped, which an event of the wrapping contract says";
const UNWRAPS: &str = "coin is unwrapped and paid out, and an event says the first alone";
const PAYS: &str = "a contract pays, and no event of a token says so";

/// The transactions whose inner calls leave it open what moved. All others say it themselves.
pub(crate) const PASSED: [Passed; 9] = [
    Passed {
        transaction: "0xd210b62899978ce08e678d2198940401ca4dd7631dba4317c22048f0017d0aa7",
        why: PAYS,
        calls: &[(
            "0xbb2ac47b1924d2a6b04e650ca559031ccfb00298",
            "0x4e565f63257d90f988e5ec9d065bab00f94d2dfd",
            92_068_817_934_221_100,
        )],
    },
    Passed {
        transaction: "0x1a8a3b0f1f6f18dcf7ab43fd38a17feac7c688c0a342b72c7bc29eacacebcfd7",
        why: WRAPS,
        calls: &[
            (
                "0x881d40237659c251811cec9c364ef91dc08d300c",
                WETH,
                31_720_000_000_000_000,
            ),
            (
                "0x881d40237659c251811cec9c364ef91dc08d300c",
                "0xf326e4de8f66a0bdc0970b79e0924e33c79f1915",
                280_000_000_000_000,
            ),
        ],
    },
    Passed {
        transaction: "0xa157f4deb2d2f65edf834b50523cfcae9a1c5cd915046e01958c482ee6e7c3bf",
        why: PAYS,
        calls: &[(
            "0xfe118f5cd82200162bb0c8f8985e20c631da0e94",
            "0x98129c60136a6f2b1d38d6dc0c3fc23049086045",
            221_643_440_000_000_000,
        )],
    },
    Passed {
        transaction: "0x474a61273bc1c40e8cb47633cb36bf7dec13030b096b0e55743937030f194145",
        why: PAYS,
        calls: &[(
            "0x8458c3025da72cb1e750c25afb7724021587fc06",
            "0x0df3b527e3f6fd227f76b406e927ce824ea75ba5",
            64_049_291_086_321_260,
        )],
    },
    Passed {
        transaction: "0xbacad0dc017301b1c78629c1eee5a093acbfecf51e16a73e4a59c55c87942370",
        why: WRAPS,
        calls: &[(
            "0x3fc91a3afd70395cd496c647d5a6cc9d4b2b7fad",
            WETH,
            38_635_849_520_643_750,
        )],
    },
    Passed {
        transaction: "0xfc2bcd9280ae38a0148a144a602f75e43ba74a775d2a7438f511feff47376f13",
        why: UNWRAPS,
        calls: &[(
            WETH,
            "0xc6c6b51c6b25c72a6caa10737d1c783cc28ca316",
            153_465_869_478_279_018,
        )],
    },
    Passed {
        transaction: "0xaac1ec769770271569feda7627b31b0f4eb6fc98f9760965be4a76ae36968df2",
        why: WRAPS,
        calls: &[(
            "0x3fc91a3afd70395cd496c647d5a6cc9d4b2b7fad",
            WETH,
            100_000_000_000_000_000,
        )],
    },
    Passed {
        transaction: "0x354139ac1b6650a5dcf7e73342fd331ceca3c7c74d903e23d91956f9654b4011",
        why: UNWRAPS,
        calls: &[(
            WETH,
            "0x91520aadb9c34b169af4e7f23784d883f1fd57c8",
            1_143_025_438_191_361_748,
        )],
    },
    Passed {
        transaction: "0x58ad284507b3af36ace9be30f34b62de9fc09a8bac7a0ba4fa0b477484f49867",
        why: WRAPS,
        calls: &[(
            "0x111111125421ca6dc452d289314280a0f8842a65",
            WETH,
            358_031_000_000_000_000,
        )],
    },
];
