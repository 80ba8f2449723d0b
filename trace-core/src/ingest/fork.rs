//! Where the source's best branch leaves what the ledger holds.

use super::kind::{Feed, Store};
use super::{IngestError, Run};
use crate::model::BlockRef;

impl<F: Feed + ?Sized, S: Store<Block = F::Block>> Run<'_, F, S> {
    /// The height of the first block of the source's best branch that the ledger may lack, or
    /// `None` where there is nothing to be done. The tip is on that branch afterwards, unless
    /// there are blocks to come that will put it there.
    ///
    /// Every block held is built on one held, so on the source's branch those held come first
    /// and one question tells on which side of the fork a height is. The search goes down from
    /// the tip in doubling steps, then halves what is left.
    pub(super) async fn first_missing(
        &mut self,
        best: BlockRef,
    ) -> Result<Option<u32>, IngestError> {
        let (Some(tip), Some(first)) = (self.writer.tip(), self.writer.first()) else {
            return Ok(Some(self.plan.from.unwrap_or(0)));
        };
        if let Some(from) = self.plan.from.filter(|from| *from < first.height) {
            let first = first.height;
            return Err(IngestError::BeforeFirst { from, first });
        }
        let nothing_shared = IngestError::NothingShared { first };
        if best.height < first.height {
            return Err(nothing_shared);
        }
        let top = tip.height.min(best.height);
        let mut shared = self.named(top).await?;
        let (mut lacking, mut step) = (top + 1, 1);
        while !self.writer.has(shared.hash) {
            if shared.height == first.height {
                return Err(nothing_shared);
            }
            lacking = shared.height;
            let lower = shared.height.saturating_sub(step).max(first.height);
            shared = self.named(lower).await?;
            step = step.saturating_mul(2);
        }
        while lacking - shared.height > 1 {
            let middle = self.named(shared.height.midpoint(lacking)).await?;
            if self.writer.has(middle.hash) {
                shared = middle;
            } else {
                lacking = middle.height;
            }
        }
        let to = self.plan.to.unwrap_or(best.height).min(best.height);
        if to == shared.height && shared != tip {
            self.writer.set_tip(shared.hash)?;
        }
        Ok((to > shared.height).then_some(shared.height + 1))
    }

    /// The block that the source has at a height.
    async fn named(&self, height: u32) -> Result<BlockRef, IngestError> {
        let named = self.source.refs(height, height).await?;
        match named[..] {
            [named] if named.height == height => Ok(named),
            _ => Err(IngestError::Unnamed { height }),
        }
    }
}
