// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {IEscrow} from "../../../../contracts/interfaces/IEscrow.sol";
import {IMatching} from "../../../../contracts/interfaces/IMatching.sol";
import {DealId} from "../../../../contracts/types/Ids.sol";
import {OrderKind} from "../../../../contracts/types/Orders.sol";

contract ReceiveApproval_Unit_Test is Market {
    uint256 private constant AMOUNT = 5_000;

    function setUp() public override {
        super.setUp();
        _signOrders();
        deal(address(rlc), requester.addr, AMOUNT);
    }

    function calldataOfMatchOrders() private view returns (bytes memory) {
        return abi.encodeCall(IMatching.matchOrders, (appOrder, datasetOrder, workerpoolOrder, requestOrder));
    }

    /// @dev The first `length` bytes of `data`.
    function cut(bytes memory data, uint256 length) private pure returns (bytes memory) {
        assembly {
            mstore(data, length)
        }
        return data;
    }

    /// @dev `data` with the word behind the selector and `index` words replaced.
    function withWord(bytes memory data, uint256 index, uint256 word) private pure returns (bytes memory) {
        assembly {
            mstore(add(data, add(0x24, mul(index, 0x20))), word)
        }
        return data;
    }

    function expectRefusal(bytes memory data, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(requester.addr);
        rlc.approveAndCall(address(poco), AMOUNT, data);
    }

    function testFuzz_RevertWhen_TheCallerIsNotTheToken(address caller, uint256 amount) external {
        vm.assume(caller != address(rlc));
        // What the sender approved is not at anybody's disposal.
        vm.prank(requester.addr);
        rlc.approve(address(poco), type(uint256).max);

        vm.expectRevert(abi.encodeWithSelector(IEscrow.CallerIsNotTheToken.selector, caller, address(rlc)));
        vm.prank(caller);
        poco.receiveApproval(requester.addr, amount, address(rlc), "");
    }

    function testFuzz_WhenThereIsNoData(uint256 amount) external {
        amount = bound(amount, 0, AMOUNT);

        vm.prank(requester.addr);
        assertTrue(rlc.approveAndCall(address(poco), amount, ""), "answer");

        // It should take the RLC.
        assertEq(rlc.balanceOf(requester.addr), AMOUNT - amount, "sender's RLC");
        // It should credit the sender.
        assertEq(poco.balanceOf(requester.addr), FUNDS + amount, "sender");
    }

    function testFuzz_RevertWhen_TheDataCallsAnotherFunction(bytes4 selector) external {
        vm.assume(selector != IMatching.matchOrders.selector);
        bytes memory data = calldataOfMatchOrders();
        for (uint256 i; i < 4; ++i) {
            data[i] = selector[i];
        }

        expectRefusal(data, abi.encodeWithSelector(IEscrow.UnsupportedOperation.selector, selector));
    }

    function test_RevertWhen_TheDataCallsSponsorMatchOrders() external {
        expectRefusal(
            abi.encodeCall(IMatching.sponsorMatchOrders, (appOrder, datasetOrder, workerpoolOrder, requestOrder)),
            abi.encodeWithSelector(IEscrow.UnsupportedOperation.selector, IMatching.sponsorMatchOrders.selector)
        );
    }

    function testFuzz_RevertWhen_TheDataIsShorterThanASelector(uint256 length) external {
        length = bound(length, 1, 3);
        bytes memory data = cut(calldataOfMatchOrders(), length);

        expectRefusal(data, abi.encodeWithSelector(IEscrow.UnsupportedOperation.selector, bytes4(data)));
    }

    function testFuzz_RevertWhen_TheDataEndsBeforeTheRequester(uint256 length) external {
        bytes memory data = calldataOfMatchOrders();
        uint256 request;
        assembly {
            request := mload(add(data, 0x84))
        }
        length = bound(length, 4, 4 + request + 7 * 32 - 1);

        expectRefusal(cut(data, length), abi.encodeWithSelector(IEscrow.OperationFailed.selector));
    }

    function test_RevertWhen_TheDataEndsBeforeTheOffsetOfTheRequestOrder() external {
        for (uint256 length = 5; length < 4 + 4 * 32; ++length) {
            expectRefusal(
                cut(calldataOfMatchOrders(), length),
                abi.encodeWithSelector(IEscrow.OperationFailed.selector)
            );
        }
    }

    function test_RevertWhen_TheDataIsASelectorAlone() external {
        expectRefusal(
            abi.encodeWithSelector(IMatching.matchOrders.selector),
            abi.encodeWithSelector(IEscrow.OperationFailed.selector)
        );
    }

    function testFuzz_RevertWhen_TheOffsetOfTheRequestOrderLiesOutsideTheData(uint256 offset) external {
        bytes memory data = calldataOfMatchOrders();
        offset = bound(offset, data.length + 1, type(uint256).max);

        expectRefusal(withWord(data, 3, offset), abi.encodeWithSelector(IEscrow.OperationFailed.selector));
    }

    function testFuzz_RevertWhen_TheRequestOrderEndsBeforeTheRequester(uint256 offset) external {
        bytes memory data = calldataOfMatchOrders();
        offset = bound(offset, data.length - 4 - 7 * 32 + 1, data.length);

        expectRefusal(withWord(data, 3, offset), abi.encodeWithSelector(IEscrow.OperationFailed.selector));
    }

    function test_RevertWhen_TheRequesterIsTheLastWordAndSomebodyElse() external {
        bytes memory data = calldataOfMatchOrders();
        uint256 lastWord = (data.length - 4) / 32 - 1;
        data = withWord(data, 3, (lastWord - 6) * 32);

        expectRefusal(
            withWord(data, lastWord, uint256(uint160(anyone.addr))),
            abi.encodeWithSelector(IEscrow.CallerIsNotTheRequester.selector)
        );
    }

    function test_RevertWhen_SomebodyElseIsTheRequester() external {
        // The orders are fine and anyone may match them, but the deposit is not for them.
        deal(address(rlc), anyone.addr, AMOUNT);

        vm.expectRevert(abi.encodeWithSelector(IEscrow.CallerIsNotTheRequester.selector));
        vm.prank(anyone.addr);
        rlc.approveAndCall(address(poco), AMOUNT, calldataOfMatchOrders());
    }

    function testFuzz_RevertWhen_TheDataIsNoCalldataThatDecodes(uint256 word, uint256 offset) external {
        // The request order is where it should be, one of the other three is not.
        bytes memory data = calldataOfMatchOrders();
        offset = bound(offset, data.length, type(uint256).max);

        expectRefusal(
            withWord(data, bound(word, 0, 2), offset),
            abi.encodeWithSelector(IEscrow.OperationFailed.selector)
        );
    }

    function testFuzz_RevertWhen_TheOrdersDoNotMatch(uint256 price) external {
        price = bound(price, APP_PRICE + 1, type(uint256).max);
        appOrder.appprice = price;
        _signOrders();

        expectRefusal(
            calldataOfMatchOrders(),
            abi.encodeWithSelector(IMatching.PriceTooHigh.selector, OrderKind.APP, price, APP_PRICE)
        );
        assertEq(poco.balanceOf(requester.addr), FUNDS, "sender");
        assertEq(rlc.balanceOf(requester.addr), AMOUNT, "sender's RLC");
    }

    function testFuzz_WhenTheOrdersMatch(uint256 amount) external {
        amount = bound(amount, 0, AMOUNT);
        vm.prank(requester.addr);
        poco.withdraw(FUNDS - PRICE);
        deal(address(rlc), requester.addr, AMOUNT);
        bytes32 requestHash = signer.hashRequest(requestOrder);
        DealId dealId = DealId.wrap(keccak256(abi.encodePacked(requestHash, uint256(0))));

        // It should emit {OrdersMatched}.
        vm.expectEmit(address(poco));
        emit IMatching.OrdersMatched(
            dealId,
            signer.hashApp(appOrder),
            signer.hashDataset(datasetOrder),
            signer.hashWorkerpool(workerpoolOrder),
            requestHash,
            1
        );
        vm.prank(requester.addr);
        assertTrue(rlc.approveAndCall(address(poco), amount, calldataOfMatchOrders()), "answer");

        // It should credit the sender and lock the price.
        assertEq(poco.balanceOf(requester.addr), amount, "free");
        assertEq(poco.frozenOf(requester.addr), PRICE, "frozen");
        // It should make the deal.
        assertEq(poco.viewDeal(dealId).requester, requester.addr, "requester");
        assertEq(poco.viewDeal(dealId).sponsor, requester.addr, "payer");
    }
}
