//! Output scripts that are seldom seen, and dust.

use bitcoin::ScriptBuf;
use bitcoin::script::PushBytesBuf;

use super::Town;
use crate::economy::draft::Place;
use crate::economy::key::{Form, Key, Lock};
use crate::economy::truth::Kind;

/// Pay-to-anchor, and a program of a witness version that means nothing yet.
const ANCHOR: [u8; 4] = [0x51, 0x02, 0x4e, 0x73];
const UNKNOWN_WITNESS: [u8; 6] = [0x52, 0x04, b'o', b'd', b'd', b'!'];

impl Town {
    pub(super) fn oddities(&mut self, height: u32) {
        match height {
            128 => self.message(),
            136 => self.lock_to_two_keys(),
            150 => {
                let coins = self.world.coins_of("peggy/multisig");
                let place = self.world.place("peggy");
                self.world
                    .send_all("peggy/multisig", Kind::Oddity, coins, place);
            }
            155 => self.anchor(),
            166 => self.dust(),
            _ => {}
        }
    }

    /// Bob writes something down for ever.
    fn message(&mut self) {
        let message = PushBytesBuf::try_from(b"the bakery was here".to_vec());
        let message = ScriptBuf::new_op_return(message.expect("19 bytes can be pushed"));
        self.world
            .pay("bob", Kind::Oddity, &[(Place::script(message), 0)]);
    }

    /// Heidi pays into a bare multisig that Peggy opens with either of two keys.
    fn lock_to_two_keys(&mut self) {
        let key = |name| Key::named(name, Form::P2pkh);
        let place = Place {
            lock: Lock::OneOfTwo(key("peggy/multisig a"), key("peggy/multisig b")),
            purse: "peggy/multisig",
            customer: None,
        };
        self.world.pay("heidi", Kind::Oddity, &[(place, 5_500_000)]);
    }

    /// Dave leaves an anchor and a coin for a future that knows its script.
    fn anchor(&mut self) {
        let anchor = Place::script(ScriptBuf::from_bytes(ANCHOR.to_vec()));
        let unknown = Place::script(ScriptBuf::from_bytes(UNKNOWN_WITNESS.to_vec()));
        self.world
            .pay("dave", Kind::Oddity, &[(anchor, 240), (unknown, 7_000)]);
    }

    /// Somebody sends dust to addresses seen on chain. Carol's wallet spends it in its next
    /// payment, the others leave it where it is.
    fn dust(&mut self) {
        let mut payees = Vec::new();
        for (victim, dust_sat) in [("frank", 546), ("carol", 3_100), ("luckydip/hot", 546)] {
            if let Some(coin) = self.world.coins_of(victim).first() {
                payees.push((self.world.coin(*coin).place(), dust_sat));
            }
        }
        self.world.pay("duster", Kind::Dusting, &payees);
    }
}
