// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import "./Token.sol";

/// Keeps one per cent of every transfer for its collector: the receiver gets less than was sent.
contract FeeToken is Token {
    address public immutable collector;

    constructor(uint256 supply, address feeCollector) Token(supply) {
        collector = feeCollector;
    }

    function move(address from, address to, uint256 value) internal override {
        uint256 fee = value / 100;
        super.move(from, to, value - fee);
        super.move(from, collector, fee);
    }
}
